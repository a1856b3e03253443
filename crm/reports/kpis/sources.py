"""Why each figure is kept: the requirement it answers, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.reports.kpis.answers import BRAND, REASON
from crm.reports.kpis.complaints import AGES, CLASS, CLOCKS, clock_key
from crm.reports.kpis.levels import MOVE
from crm.reports.kpis.lost import LOST

VISIT_CLOCK = _("K-36: each clock of a complaint is kept")
LOYALTY = _("K-42: whether customers would buy again and recommend us")
ANALYSIS = _("RV-40: return visits are analysed regularly")
RATED = _("K-02b: satisfaction among those who rated, and how many did")
FUNNEL = _("K-32: how far customers of each source get")
OVERDUE = _("RM-05: what is overdue comes before the supervisor")
IN_HAND = _("LC-01: customers are ranked by when they expect to buy")
COMPLAINTS = _("K-35: complaints are counted and compared with deliveries and base customers")
RECOVERY = _("K-29: lost customers are won back in two stages")
OTHERS = _("RV-08: what customers hear of other brands is analysed")

# By the key of a figure, or by what the keys of many of one kind begin with.
SOURCES: dict[str, Promise] = {
    **dict.fromkeys(
        ("response_rate", "satisfaction_rate", "conversion_rate"),
        _("KP-01: supervisors regularly evaluate response, satisfaction and conversion"),
    ),
    **dict.fromkeys(
        (
            "visit_completion_rate",
            "visit_satisfaction_rate",
            "resolution_rate",
            "record_accuracy",
        ),
        _("KP-02: four indicators of return visits with fixed formulas"),
    ),
    "audited_share": _("K-07: a share of the visit records is checked"),
    **dict.fromkeys(
        ("on_time_rate", "contacts_dropped"),
        _("K-08: planned contacts are made no later than they are due"),
    ),
    "coverage_rate": _("LC-02: every open customer is followed up within the cycle of the level"),
    "connect_rate": _("FP-07: what was planned is compared with what really happened"),
    "capture_rate": _("K-20: first-time visitors leave their details"),
    **dict.fromkeys(
        ("first_response_hours", "prompt_contact_rate"),
        _("K-10: how soon a new customer is contacted first"),
    ),
    **dict.fromkeys(("closing_rate", "order_count"), _("K-24: sales in units")),
    "cohort_conversion_rate": _("K-03c: what share of new customers buys, with time to decide"),
    **dict.fromkeys(
        ("recovery_rate", "recovery_rate_of_consultants", "recovery_rate_of_supervisors"),
        RECOVERY,
    ),
    **dict.fromkeys(("repurchase_rate", "nps"), LOYALTY),
    **dict.fromkeys(
        (
            *("complaint_count", "complaints_cancelled"),
            *("complaints_per_100", "complaints_per_100_base"),
        ),
        COMPLAINTS,
    ),
    **dict.fromkeys(
        (
            *("onsite_in_time_rate", "resolved_in_time_rate", "resolution_hours"),
            *("visits_waived", *(clock_key(kind) for kind in CLOCKS)),
        ),
        VISIT_CLOCK,
    ),
    CLASS: COMPLAINTS,
    LOST: _("RP-13: why customers are lost"),
    "loss_rate": _("K-28: what share of customers is lost, and why"),
    "closing_": _("K-37: complaints are closed for good at the first closing"),
    "answers_content": _("CP-22: customers are asked whether the answer will do"),
    "handling_satisfaction_rate": _("K-39: customers are content with how a complaint was handled"),
    "reopen_rate": _("K-38: what was resolved stays resolved"),
    "corrections_in_time": _("K-40: corrective tasks are verified in time"),
    **dict.fromkeys(("oldest_open_hours", *AGES), _("K-41: how old the open complaints are")),
    **dict.fromkeys(("cards_in_hand", "hot_cards", "warm_cards"), IN_HAND),
    **dict.fromkeys(("contacts_overdue", "hot_contacts_overdue"), OVERDUE),
    **dict.fromkeys(("satisfaction_of_rated", "rated_share"), RATED),
    "follow_up_satisfaction": _("K-43: customers grade the follow-up by sales"),
    "visit_problems_resolved": _("RV-33: problems found on visits are solved"),
    "grade_": _("RV-03: overall satisfaction has five grades"),
    **dict.fromkeys(("again_", "satisfaction_by_", "content_with_", "needs_", REASON), ANALYSIS),
    **dict.fromkeys(("influence_", BRAND), OTHERS),
    "test_drives": _("KP-09: test drives of the reception log"),
    "first_receptions": _("KP-09: visitors and callers of the reception log"),
    "cards_": FUNNEL,
    **dict.fromkeys(("level_promotion_rate", MOVE), _("K-19: how intent moves between levels")),
}


def source_of(key: str) -> Promise:
    """The requirement behind a figure; raises KeyError for a figure without one."""
    if key in SOURCES:
        return SOURCES[key]
    return next(words for start, words in SOURCES.items() if key.startswith(start))
