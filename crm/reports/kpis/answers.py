"""What customers answered on return visits, beside the KPIs of the definitions (RV-40, RV-42)."""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import kpis as tickets
from crm.reports.kpis.board import OWNED, RESPONSIBLE, VISITED
from crm.reports.kpis.kinds import Kpi
from visits import kpis as visits
from visits import questions
from visits.models import CompetitorFinding

# A reason has its option's key behind this in the address.
REASON = "reason-"
# A brand its name.
BRAND = "brand-"
BRAND_AT_MOST = 60
KEPT = 200

RATED = _("Customers who gave a rating in the period; complaint visits left out")
HAPPY = _("Customers whose latest rating is satisfied or very satisfied")
CONTENT = _("Customers whose latest grade is satisfied or very satisfied")
GRADED = _("Customers who graded this in a visit completed in the period")

GRADES: dict[int, Promise] = {
    5: _("Very satisfied"),
    4: _("Satisfied"),
    3: _("Neutral"),
    2: _("Dissatisfied"),
    1: _("Very dissatisfied"),
}
MEASURES: dict[str, Promise] = {
    "sales": _("Sales service"),
    "product": _("The car itself"),
    "after_sales": _("After-sales service"),
    "follow_up": _("Follow-up by sales"),
    "visitor": _("The visit itself"),
}
WAYS: dict[str, Promise] = {
    visits.LINK: _("By the customer's own link"),
    visits.COLLEAGUE: _("Told to a colleague"),
    visits.ELSEWHERE: _("Brought in without a questionnaire"),
}

AGAIN: dict[str, Promise] = {
    questions.SAID_YES: pgettext_lazy("would buy again", "Yes"),
    questions.LIKELY: pgettext_lazy("would buy again", "Probably"),
    questions.NOT_SURE: pgettext_lazy("would buy again", "Not sure"),
    questions.SAID_NO: pgettext_lazy("would buy again", "No"),
}

SAID = _("Findings on other brands heard on visits in the period")

ANSWERS: dict[str, Kpi] = {
    "satisfaction_of_rated": Kpi(
        visits.satisfaction_of_rated,
        _("Satisfaction of those who rated"),
        HAPPY,
        RATED,
        OWNED,
    ),
    "rated_share": Kpi(
        visits.rated_share,
        _("Share who rated"),
        _("Customers who gave a rating at least once"),
        _("Customers with a return visit completed in the period; complaint visits left out"),
        OWNED,
    ),
    "follow_up_satisfaction": Kpi(
        visits.follow_up_satisfaction,
        _("Satisfaction with follow-up"),
        HAPPY,
        _("Customers who gave a rating in a visit about the follow-up by sales"),
        OWNED,
        guarded=True,
    ),
    "needs_share": Kpi(
        visits.needs_share,
        _("Customers who need another car"),
        _("Customers who said on a visit that they need another car"),
        _("Customers with a return visit completed in the period"),
        OWNED,
    ),
    "needs_taken": Kpi(
        visits.needs_taken,
        _("Needs taken up"),
        _("Needs that became a card or work on one"),
        _("Needs for another car heard on return visits in the period"),
        OWNED,
    ),
    "visit_problems_resolved": Kpi(
        tickets.visit_problems_resolved,
        _("Visit problems resolved"),
        _("Tickets resolved at the end of the period"),
        _("Problems found on return visits and reported in the period"),
        RESPONSIBLE,
    ),
    **{
        f"grade_{grade}": Kpi(
            visits.grade_share(grade),
            name,
            _("Customers whose latest rating is this grade"),
            RATED,
            OWNED,
        )
        for grade, name in GRADES.items()
    },
    **{
        f"again_{option}": Kpi(
            visits.again_share(option),
            name,
            _("Customers whose latest answer is this one"),
            _("Customers asked in a visit completed in the period"),
            OWNED,
        )
        for option, name in AGAIN.items()
    },
    **{
        f"satisfaction_by_{way}": Kpi(visits.satisfaction_by(way), name, HAPPY, RATED, OWNED)
        for way, name in WAYS.items()
    },
    **{
        f"content_with_{measure}": Kpi(
            visits.content_with(measure),
            name,
            CONTENT,
            GRADED,
            VISITED if measure == "visitor" else OWNED,
            guarded=True,
        )
        for measure, name in MEASURES.items()
    },
    **{
        f"influence_{influence}": Kpi(
            visits.influence_share(influence),
            influence.label,
            _("Findings that move the customer so far"),
            SAID,
            OWNED,
        )
        for influence in CompetitorFinding.Influence
    },
}


@lru_cache(KEPT)
def reason_figure(choice: str) -> Kpi | None:
    """The share of those who named reasons that named this one; None for no possible key."""
    if not choice.replace("_", "").isalnum() or len(choice) > 40:
        return None
    return Kpi(
        visits.reason_share(choice),
        pgettext_lazy("figure", "Reason named"),
        _("Customers who named this reason"),
        _("Customers who named a reason in a visit completed in the period"),
        OWNED,
        guarded=True,
    )


@lru_cache(KEPT)
def brand_figure(brand: str) -> Kpi | None:
    """The share of what was said about other brands that is about this one; None for no brand."""
    if not brand or len(brand) > BRAND_AT_MOST or not brand.isprintable():
        return None
    name = pgettext_lazy("figure", "Other brands")
    return Kpi(visits.brand_share(brand), name, _("Findings on this brand"), SAID, OWNED)
