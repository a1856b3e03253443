"""What is done when visits and contacts are audited, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

AUDITS: Mapping[str, Any] = {
    "visits.record_seed": _("Seed of an audit sample recorded"),
    "visits.draw_sample": _("Visits or contacts to check drawn"),
    "visits.give_check": _("Check of a contact given out"),
    "visits.check_contact": _("Contact checked with the customer"),
    "visits.miss_contact": _("Customer not reached for a check"),
    "visits.assign_audit": _("Visit audit assigned"),
    "visits.try_audit": _("Visit audit: call in vain"),
    "visits.give_up_audit": _("Visit audit closed as not reached"),
    "visits.hear_audit": _("Customer asked again by the auditor"),
    "visits.judge_audit": _("Visit record judged"),
    "visits.publish_audit": _("Result of a visit audit published"),
    "visits.appeal_audit": _("Appeal against a visit audit"),
    "visits.settle_audit": _("Appeal against a visit audit settled"),
    "visits.pass_on_audit": _("Visit audit passed on"),
    "visits.give_correction": _("Correction given"),
    "visits.hand_over_correction": _("Correction handed over"),
    "visits.finish_correction": _("Correction done"),
    "visits.verify_correction": _("Correction verified"),
    "visits.call_off_correction": _("Correction called off"),
}
