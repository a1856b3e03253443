"""The numbers the house works by, with the rulebook's defaults. Pure.

A manager changes them as rows (`rulebook.Number`); code never writes such a number itself.
Each field names its line of the rulebook (N-01 …, docs/rulebook.md).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

LEVELS = ("H", "A", "B", "C")
# Numbers of which a later one is never less than an earlier one.
ASCENDING = (
    ("window_days_h", "window_days_a", "window_days_b", "window_days_c"),
    ("cycle_days_h", "cycle_days_a", "cycle_days_b", "cycle_days_c"),
    ("overdue_owner_hours", "overdue_supervisor_hours", "overdue_manager_hours"),
    ("approval_limit_working_days", "approval_escalation_working_days"),
    ("visit_try_days", "visit_tries"),
    ("visit_try_days", "visit_try_window_days"),
    ("calling_rest_from", "calling_rest_until"),
    ("department_answer_hours", "department_head_hours", "department_manager_hours"),
    ("complaint_acknowledge_minutes_critical", "complaint_acknowledge_minutes"),
    ("complaint_solution_working_days_high", "complaint_solution_working_days"),
    (
        "complaint_resolution_working_days_critical",
        "complaint_resolution_working_days_high",
        "complaint_resolution_working_days",
    ),
    ("complaint_reply_working_days", "complaint_resolution_working_days"),
    ("complaint_solution_working_days", "complaint_resolution_working_days"),
    ("authority_supervisor_yuan", "authority_manager_yuan", "authority_meeting_yuan"),
)


@dataclasses.dataclass(frozen=True)
class Numbers:
    """All numbers in force for one store."""

    window_days_h: int = 7  # N-01
    window_days_a: int = 30  # N-02
    window_days_b: int = 90  # N-03
    window_days_c: int = 180  # N-04
    cycle_days_h: int = 2  # N-05
    cycle_days_a: int = 7  # N-06
    cycle_days_b: int = 15  # N-07
    cycle_days_c: int = 30  # N-08
    remind_day_before_at: str = "08:30"  # N-11
    remind_minutes_before: int = 60  # N-11
    overdue_owner_hours: int = 4  # N-12
    overdue_supervisor_hours: int = 24  # N-12
    overdue_manager_hours: int = 72  # N-12
    approval_limit_working_days: int = 1  # N-15
    approval_escalation_working_days: int = 2  # N-15
    late_entry_hours: int = 24  # N-16
    back_dating_days: int = 3  # N-16
    tries_shown_from: int = 2  # N-18
    company_name: str = ""  # RV-18, none: the store's name alone
    visit_tries: int = 3  # N-25
    visit_try_days: int = 3  # N-25
    visit_try_window_days: int = 7  # N-25
    visits_a_day: int = 30  # N-63
    visit_merge_days: int = 7  # RV-15
    visit_assign_ahead_days: int = 7  # RV-24
    visit_look_ahead_days: int = 14  # RV-15
    visit_entry_working_days: int = 0  # N-26, none: by the end of the same one
    visit_survey_from: int = 100  # RV-22
    visit_vip_months: int = 2  # N-21
    vip_leads: int = 3  # N-43
    vip_days: int = 365  # N-43
    care_ahead_days: int = 14  # RB-08
    care_late_days: int = 3  # RB-08
    opportunity_working_days: int = 1  # RV-05
    sample_again_days: int = 90  # RV-42
    sample_contacted_days: int = 14  # RV-42
    audit_rate_percent: int = 10  # N-29
    audit_least: int = 5  # N-29
    audit_contacts_percent: int = 5  # N-29
    audit_contacts_least: int = 5  # N-29
    audit_working_days: int = 5  # SA-01
    audit_appeal_days: int = 7  # SA-01
    audit_enough: int = 5  # kpi.md, assessment
    correction_working_days: int = 3  # SA-04
    fleet_from_quantity: int = 5  # RV-12, RV-22
    answers_shown_from: int = 5  # RV-42
    survey_link_days: int = 14  # D43
    survey_call_back_hours: int = 2  # RV-39
    report_worse_points: int = 3  # RP-10
    report_good_percent: int = 90  # RP-10
    report_closes_at: str = "07:00"  # N-58
    report_least: int = 5  # RP-09, as are the two below
    report_share_percent: int = 50
    report_change_percent: int = 25
    target_response_percent: int = 60  # N-64, as are the six below
    target_satisfaction_percent: int = 90
    target_completion_percent: int = 95
    target_resolution_percent: int = 90
    target_accuracy_percent: int = 95
    target_on_time_percent: int = 90
    target_promise_percent: int = 95
    target_near_percent: int = 90  # KP-13
    score_least: int = 5  # kpi.md, assessment, as are the eight weights below
    score_response_weight: int = 25
    score_on_time_weight: int = 25
    score_satisfaction_weight: int = 25
    score_conversion_weight: int = 25
    score_completion_weight: int = 30
    score_visit_satisfaction_weight: int = 30
    score_resolution_weight: int = 20
    score_accuracy_weight: int = 20
    score_rank_told: int = 0  # KP-14: 1 tells a salesperson their rank in the team
    calling_from: str = "09:00"  # N-27
    calling_to: str = "19:30"  # N-27
    calling_rest_from: str = "12:00"  # N-27
    calling_rest_until: str = "14:00"  # N-27
    quiet_from: str = "22:00"  # N-27
    quiet_until: str = "08:00"  # N-27
    department_first_minutes: int = 30  # N-38, working time
    department_answer_hours: int = 4  # HP-10, opening hours, as are the two below
    department_head_hours: int = 8  # HP-10
    department_manager_hours: int = 16  # HP-10
    department_progress_working_days: int = 2  # N-39
    department_task_working_days: int = 3  # RV-35
    help_answer_working_days: int = 2  # N-40
    lead_product_quality: str = "产品"  # CP-02, as are the six below
    lead_service_quality: str = "售后"
    lead_technical: str = "技术"
    lead_price: str = "销售"
    lead_staff_conduct: str = "客服"
    lead_delivery: str = "物流"
    lead_other: str = "售后"
    complaint_acknowledge_minutes: int = 120  # N-32, working time
    complaint_acknowledge_minutes_critical: int = 30  # N-32, opening time
    complaint_reply_working_days: int = 1  # N-33
    complaint_solution_working_days: int = 3  # CP-31, as are the two below
    complaint_solution_working_days_high: int = 1
    complaint_solution_minutes_critical: int = 240
    complaint_resolution_working_days: int = 7  # N-34
    complaint_resolution_working_days_high: int = 3  # N-34
    complaint_resolution_working_days_critical: int = 1  # N-34
    complaint_follow_up_working_days: int = 2  # N-23
    complaint_pause_working_days: int = 5  # CP-31, as are the two below
    complaint_warn_percent: int = 25
    complaint_manager_minutes: int = 240
    authority_supervisor_yuan: int = 1000  # CP-33, as are the three below
    authority_manager_yuan: int = 10000
    authority_meeting_yuan: int = 20000  # CP-16
    authority_customer_days: int = 90  # separation of duties, 6
    quality_department: str = "质量"  # CP-11
    complaint_reopen_days: int = 30  # N-35
    complaint_entry_days: int = 14  # CP-06
    complaint_link_days: int = 14  # D43
    complaint_correction_working_days: int = 10  # N-36
    errors_repeated_from: int = 2  # CP-30
    errors_days: int = 365  # CP-30
    ticket_presence_seconds: int = 60  # PR-21
    attachment_megabytes: int = 10  # N-55
    mail_megabytes: int = 1  # N-55
    attachments_at_most: int = 20  # D36, as is the one below
    attachment_megapixels: int = 60
    undo_seconds: int = 10
    reveals_a_day: int = 60  # security.md 1.3, as are the four below
    reveals_a_day_service: int = 80
    reveals_a_day_supervisor: int = 100
    reveals_alarm_in_ten_minutes: int = 30
    duplicate_checks_an_hour: int = 20
    reason_min_length: int = 6  # CC-26
    erasure_days: int = 15  # security.md 0.2

    def cycle_days(self, level: str) -> int:
        """Longest days between contacts at `level` (LC-02); without a level that of C."""
        return int(getattr(self, f"cycle_days_{(level or 'C').lower()}"))

    def window_days(self, level: str) -> int:
        """Days within which a customer of `level` is expected to buy (LC-01)."""
        return int(getattr(self, f"window_days_{(level or 'C').lower()}"))

    def lead_department(self, category: str) -> str:
        """The name of the department that leads matters of a class (CP-02); empty for no class."""
        return str(getattr(self, f"lead_{category}", ""))

    def day_before_time(self) -> dt.time:
        """The local time of the day-before reminder."""
        return dt.time.fromisoformat(self.remind_day_before_at)

    def report_time(self) -> dt.time:
        """The local time at which reports are closed (N-58)."""
        return dt.time.fromisoformat(self.report_closes_at)

    def quiet_time(self) -> tuple[dt.time, dt.time]:
        """From when until when, local time, nobody is disturbed (N-27)."""
        return dt.time.fromisoformat(self.quiet_from), dt.time.fromisoformat(self.quiet_until)


def numbers_from(rows: Mapping[str, Any]) -> Numbers:
    """The defaults overlaid with edited `rows` (key → value); unknown keys are left alone."""
    known = {
        field.name: type(getattr(Numbers, field.name)) for field in dataclasses.fields(Numbers)
    }
    return Numbers(**{key: known[key](value) for key, value in rows.items() if key in known})


def out_of_order(numbers: Numbers) -> list[tuple[str, str]]:
    """The neighbours in `ASCENDING` of which the first is the greater."""
    return [
        (first, second)
        for chain in ASCENDING
        for first, second in pairwise(chain)
        if getattr(numbers, first) > getattr(numbers, second)
    ]
