"""Numbers of following up customers and of reminders. Pure."""

from __future__ import annotations

from crm.rulebook.lines.line import (
    CHARACTERS,
    DAYS,
    HOURS,
    MINUTES,
    SECONDS,
    TIME,
    TRIES,
    WORKING_DAYS,
    Line,
    Topic,
    _,
)

FOLLOW_UP = Topic(
    "follow_up",
    _("Customers and follow-up"),
    _("How often customers are contacted, and how plans are decided on."),
    (
        Line(
            "window_days_h",
            _("A customer of level H is expected to buy within"),
            DAYS,
            1,
            60,
            "N-01",
        ),
        Line(
            "window_days_a",
            _("A customer of level A is expected to buy within"),
            DAYS,
            1,
            180,
            "N-02",
        ),
        Line(
            "window_days_b",
            _("A customer of level B is expected to buy within"),
            DAYS,
            1,
            365,
            "N-03",
        ),
        Line(
            "window_days_c",
            _("A customer of level C is expected to buy within"),
            DAYS,
            1,
            730,
            "N-04",
        ),
        Line("cycle_days_h", _("Longest time between contacts at level H"), DAYS, 1, 30, "N-05"),
        Line("cycle_days_a", _("Longest time between contacts at level A"), DAYS, 1, 60, "N-06"),
        Line("cycle_days_b", _("Longest time between contacts at level B"), DAYS, 1, 90, "N-07"),
        Line("cycle_days_c", _("Longest time between contacts at level C"), DAYS, 1, 180, "N-08"),
        Line(
            "approval_limit_working_days",
            _("A submitted plan is decided on within"),
            WORKING_DAYS,
            1,
            10,
            "N-15",
        ),
        Line(
            "approval_escalation_working_days",
            _("A plan nobody decided on goes to the manager after"),
            WORKING_DAYS,
            1,
            20,
            "N-15",
        ),
        Line("undo_seconds", _("An approval can be undone for"), SECONDS, 0, 120),
        Line("late_entry_hours", _("A contact is entered within"), HOURS, 1, 72, "N-16"),
        Line(
            "back_dating_days",
            _("A contact may be dated back without the supervisor by"),
            DAYS,
            0,
            30,
            "N-16",
        ),
        Line("tries_shown_from", _("Tries in vain are mentioned from try"), TRIES, 1, 10, "N-18"),
        Line(
            "reason_min_length", _("The reason on a card has at least"), CHARACTERS, 2, 40, "CC-26"
        ),
    ),
)
REMINDERS = Topic(
    "reminders",
    _("Reminders and quiet hours"),
    _("When people are reminded, and when neither customers nor colleagues are disturbed."),
    (
        Line(
            "remind_day_before_at",
            _("Reminder on the day before, at"),
            TIME,
            "06:00",
            "21:00",
            "N-11",
        ),
        Line(
            "remind_minutes_before", _("Reminder before the time itself"), MINUTES, 5, 720, "N-11"
        ),
        Line(
            "overdue_owner_hours",
            _("An overdue contact reminds its owner again after"),
            HOURS,
            1,
            72,
            "N-12",
        ),
        Line(
            "overdue_supervisor_hours",
            _("An overdue contact is told to the supervisor after"),
            HOURS,
            1,
            168,
            "N-12",
        ),
        Line(
            "overdue_manager_hours",
            _("An overdue contact is told to the manager after"),
            HOURS,
            1,
            336,
            "N-12",
        ),
        Line("calling_from", _("Customers are called from"), TIME, "08:00", "12:00", "N-27"),
        Line("calling_to", _("Customers are called until"), TIME, "13:00", "22:00", "N-27"),
        Line(
            "calling_rest_from",
            _("Customers are left in peace at midday from"),
            TIME,
            "11:00",
            "14:00",
            "N-27",
        ),
        Line(
            "calling_rest_until",
            _("Customers are left in peace at midday until"),
            TIME,
            "11:00",
            "15:00",
            "N-27",
        ),
        Line("quiet_from", _("Nobody is disturbed from"), TIME, "18:00", "22:00", "N-27"),
        Line("quiet_until", _("Nobody is disturbed until"), TIME, "08:00", "12:00", "N-27"),
    ),
)
