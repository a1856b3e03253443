"""The customer's questionnaire behind a token, and the links in the hands of customers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from complaints.access import can_ask_help
from crm.customers import states as card_states
from crm.customers.models import Consent
from crm.notices.queues import on_duty
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.promises.access import can_promise
from visits.models import Draw, Response, SurveyLink, Visit
from visits.models.links import SurveyLinkQuerySet
from visits.survey import hash_of

COUNTED_DAYS = 30


def link_behind(token: str, now: dt.datetime) -> SurveyLink | None:
    """The link of a token while a customer may answer by it (D43)."""
    rows = SurveyLink.objects.live(now).select_related(
        "visit__card__customer", "visit__card__store", "visit__assignee", "questions", "store"
    )
    return rows.filter(token_hash=hash_of(token)).first()


def address_of(token: str) -> str:
    """The whole address of a survey link; begins with SITE_URL, never with what a request says."""
    return settings.SITE_URL + reverse("survey:answer_survey", args=[token])


def live_links(user: User, now: dt.datetime) -> SurveyLinkQuerySet:
    """The links still good within this person's scope, the first to close on top (P7)."""
    rows = SurveyLink.objects.visible_to(user).live(now)
    return rows.select_related("visit__card__customer", "made_by").order_by("expires_at", "pk")


@dataclass(frozen=True)
class Answered:
    """How many answered by themselves lately, and how many through a colleague (SoD 9)."""

    own: int
    entered: int
    days: int = COUNTED_DAYS


def answered_lately(user: User, now: dt.datetime) -> Answered:
    """The responses within this person's scope of the last days, by who entered them."""
    rows = Response.objects.visible_to(user).filter(
        submitted_at__gt=now - dt.timedelta(days=COUNTED_DAYS)
    )
    own = Q(entered_by__isnull=True)
    found = rows.aggregate(own=Count("pk", filter=own), entered=Count("pk", filter=~own))
    return Answered(found["own"], found["entered"])


def wishes_none(visit: Visit, channel: str = "") -> bool:
    """Whether the customer refused return visits, or any contact, or is no longer named.

    With `channel` also where they refused that way alone. What is owed after a complaint is
    given even where no other contact is wished.
    """
    if visit.card.state in (card_states.MERGED, card_states.ANONYMISED):
        return True
    ways = {"", channel}
    owed = visit.kind == Visit.Kind.COMPLAINT
    no_visit = Q(purpose=Consent.Purpose.VISIT, channel__in=ways)
    no_contact = Q(purpose=Consent.Purpose.CONTACT, channel__in=ways - {""} if owed else ways)
    refusals = Consent.objects.withdrawn().filter(no_visit | no_contact)
    return refusals.filter(customer=visit.card.customer_id).exists()


def who_calls_back(visit: Visit, now: dt.datetime) -> User | None:
    """Who answers for an unhappy customer's wish: the visitor, else the service supervisor.

    Never the person the customer was asked about; None where nobody may promise.
    """
    if visit.assignee is not None and _may_call(visit.assignee, visit):
        return visit.assignee
    desk = Desk(roles.SERVICE_SUPERVISOR, visit.store_id)
    duty = on_duty(timezone.localdate(now), roles={desk.role}, people=[])
    holder = duty.holder(desk)
    found = User.objects.filter(pk=holder).first() if holder is not None else None
    return found if found is not None and _may_call(found, visit) else None


def _may_call(user: User, visit: Visit) -> bool:
    rated = user.pk in visit.rated_ids
    return user.is_active and not rated and can_ask_help(user) and can_promise(user, visit.card)


def draw_of(link: SurveyLink, today: dt.date) -> Draw | None:
    """The draw announced for who answers this link today."""
    if link.questions is None:
        return None
    rows = Draw.objects.filter(
        questionnaire=link.questions.questionnaire_id,
        store=link.store_id,
        since__lte=today,
        until__gte=today,
        drawn_at__isnull=True,
    )
    return rows.first()
