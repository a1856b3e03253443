"""Numbers of money, audits, figures, files and personal data. Pure."""

from __future__ import annotations

from crm.rulebook.lines.line import (
    ANSWERS,
    CHECKS,
    DAYS,
    FILES,
    MEGABYTES,
    MEGAPIXELS,
    PERCENT,
    PHONES,
    POINTS,
    RECORDS,
    TEXT,
    TIME,
    VISITS,
    WORKING_DAYS,
    YUAN,
    Line,
    Topic,
    _,
)

AUTHORITY = Topic(
    "authority",
    _("Compensation and approval"),
    _("Who decides on how much money, and whom quality cases are told to."),
    (
        Line(
            "authority_supervisor_yuan",
            _("The service supervisor decides on up to"),
            YUAN,
            0,
            1000000,
            "CP-33",
        ),
        Line(
            "authority_manager_yuan",
            _("The store's manager decides on up to"),
            YUAN,
            0,
            10000000,
            "CP-33",
        ),
        Line("authority_meeting_yuan", _("A meeting decides from"), YUAN, 1, 100000000, "CP-16"),
        Line(
            "authority_customer_days",
            _("What one customer was granted counts together over"),
            DAYS,
            1,
            730,
            "CP-33",
        ),
        Line("quality_department", _("Department told of quality cases"), TEXT, 1, 40, "CP-11"),
    ),
    guarded=True,
)
AUDITS = Topic(
    "audits",
    _("Audit of visits"),
    _("How many visits are checked, and by when."),
    (
        Line(
            "audit_rate_percent",
            _("Visits drawn for audit, of each visitor and month"),
            PERCENT,
            1,
            100,
            "N-29",
        ),
        Line("audit_least", _("Visits drawn for audit at least"), VISITS, 1, 100, "N-29"),
        Line("audit_working_days", _("An audit is done within"), WORKING_DAYS, 1, 30, "SA-01"),
        Line("audit_appeal_days", _("An audit may be appealed against for"), DAYS, 1, 60, "SA-01"),
        Line(
            "audit_enough",
            _("A visitor is assessed from so many audits"),
            VISITS,
            1,
            50,
            "SA-01",
            everywhere=True,
        ),
        Line(
            "correction_working_days",
            _("A wrong record is corrected within"),
            WORKING_DAYS,
            1,
            30,
            "SA-04",
        ),
    ),
    guarded=True,
)
FIGURES = Topic(
    "figures",
    _("Figures and reports"),
    _("What is aimed at until a target is set, and what stands out in a report."),
    (
        Line("target_response_percent", _("Target for responses"), PERCENT, 1, 100, "N-64"),
        Line("target_satisfaction_percent", _("Target for satisfaction"), PERCENT, 1, 100, "N-64"),
        Line(
            "target_completion_percent", _("Target for visits completed"), PERCENT, 1, 100, "N-64"
        ),
        Line(
            "target_resolution_percent", _("Target for problems resolved"), PERCENT, 1, 100, "N-64"
        ),
        Line("target_accuracy_percent", _("Target for accurate records"), PERCENT, 1, 100, "N-64"),
        Line("target_on_time_percent", _("Target for contacts on time"), PERCENT, 1, 100, "N-64"),
        Line("target_promise_percent", _("Target for promises kept"), PERCENT, 1, 100, "N-64"),
        Line(
            "target_near_percent",
            _("A figure is near its target from such a share of it"),
            PERCENT,
            50,
            99,
            "KP-13",
        ),
        Line(
            "report_closes_at",
            _("Managers' reports are taken on the day after at"),
            TIME,
            "05:00",
            "12:00",
            "N-58",
        ),
        Line("report_least", _("A change or a person stands out from"), RECORDS, 2, 100, "RP-09"),
        Line(
            "report_share_percent",
            _("Few people hold what is overdue from such a share"),
            PERCENT,
            10,
            100,
            "RP-09",
        ),
        Line(
            "report_change_percent",
            _("A time or a count has changed from such a share"),
            PERCENT,
            5,
            500,
            "RP-09",
        ),
        Line("report_worse_points", _("A grade has become worse from"), POINTS, 1, 50, "RP-10"),
        Line("report_good_percent", _("A question is called good from"), PERCENT, 50, 100, "RP-10"),
        Line("answers_shown_from", _("Sums of answers are shown from"), ANSWERS, 3, 100, "RV-42"),
    ),
    guarded=True,
)
PRIVACY = Topic(
    "privacy",
    _("Files and personal data"),
    _("How much is kept, and how often phones are shown in full."),
    (
        Line("attachment_megabytes", _("A file holds at most"), MEGABYTES, 1, 10, "N-55"),
        Line(
            "mail_megabytes",
            _("Files of a mail are called large from"),
            MEGABYTES,
            1,
            20,
            "N-55",
            everywhere=True,
        ),
        Line("attachments_at_most", _("Files of one ticket or task at most"), FILES, 1, 20, "D36"),
        Line("attachment_megapixels", _("A picture may unpack to"), MEGAPIXELS, 5, 60, "D36"),
        Line("reveals_a_day", _("Phones one person may show in full on a day"), PHONES, 1, 500),
        Line("reveals_a_day_service", _("The same for customer service"), PHONES, 1, 500),
        Line("reveals_a_day_supervisor", _("The same for supervisors"), PHONES, 1, 500),
        Line(
            "reveals_alarm_in_ten_minutes",
            _("An alarm is raised by so many within ten minutes"),
            PHONES,
            5,
            200,
        ),
        Line(
            "duplicate_checks_an_hour",
            _("One person may ask in an hour who holds a number"),
            CHECKS,
            5,
            200,
            "OW-05",
        ),
        Line(
            "erasure_days", _("A customer who asks for it is forgotten within"), DAYS, 1, 15, "D48"
        ),
    ),
    guarded=True,
)
