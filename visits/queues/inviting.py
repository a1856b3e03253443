"""Visits whose customers may be sent the questionnaire, and by which way each is (RV-21)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.customers import states as card_states
from crm.customers.access import shown_name
from crm.customers.models import Consent
from crm.notices.channels.names import set_up
from crm.notices.mails import FAILED
from crm.people import roles
from crm.people.models import User
from crm.ui.lists import Chip, ListSpec, Sort
from followups.models import Method
from visits import access, inviting, states
from visits.inviting import Invited, Way, way_to
from visits.models import QuestionnaireVersion, VersionState, Visit, VisitMail, VisitQuerySet
from visits.queues.lists import visit_queue

DAYS_SHOWN = 7
CHANNELS = tuple(VisitMail.Channel.values)
WHY = {
    inviting.SENT_ALREADY: _("Has the questionnaire already"),
    inviting.REFUSED: _("Does not wish it"),
    inviting.NO_QUESTIONS: _("No questionnaire is in use for this kind of visit"),
    inviting.NO_ADDRESS: _("No address is known"),
    inviting.ASKED_ABOUT: _("Is asked about you"),
}


@dataclass(frozen=True)
class Line:
    """A visit with its customer as shown, and the way its questionnaire would go."""

    visit: Visit
    name: str
    way: Way

    @property
    def words(self) -> str:
        """By which way, or why by none."""
        channel = self.way.channel
        return str(VisitMail.Channel(channel).label if channel else WHY[self.way.why])


@dataclass(frozen=True)
class Outlook:
    """How many get the questionnaire and by which way, and why others get none."""

    going: Sequence[tuple[str, int]]
    left: Sequence[tuple[str, int]]

    @property
    def count(self) -> int:
        """How many get it."""
        return sum(count for _label, count in self.going)


def to_invite(user: User) -> VisitQuerySet:
    """The visits still to be made whose customers this person may send a link."""
    reach = user.reach
    serves = reach.has(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    own = Q(assignee__in=reach.own_ids) if serves else Q(pk__in=[])
    rows = visit_queue(user).prefetch_related("ticket__tasks", "causes__card")
    return rows.filter(own | Q(store__in=access.leads_in(user)), state__in=states.DUE)


def invite_list(today: dt.date) -> ListSpec:
    """What the list allows; `today` is the store's local date."""
    soon = Q(due_on__lt=today + dt.timedelta(days=DAYS_SHOWN))
    return ListSpec(
        sorts=(Sort("due", _("Due"), ("due_on", "id")),),
        chips=(
            Chip("survey", _("Planned by questionnaire"), Q(method=Method.SURVEY)),
            Chip("soon", _("Due within 7 days"), soon),
            Chip("all", _("All to do")),
        ),
    )


def channels_for(wanted: str) -> tuple[str, ...]:
    """The channels that are set up here, those of a person's choice alone where there is one."""
    ready = set_up()
    return tuple(one for one in CHANNELS if one in ready and wanted in ("", one))


def ways_of(
    user: User, visits: Sequence[Visit], *, wanted: str, now: dt.datetime
) -> dict[int, Way]:
    """By visit, the way its questionnaire would go if this person sent it now.

    The number of statements does not grow with the visits.
    """
    channels = channels_for(wanted)
    has_link, asked, refused = _with_link(visits, now), _asked(visits), _refused(visits)
    return {
        visit.pk: way_to(
            Invited(
                reached_by=_reached_by(visit),
                refused=refused[visit.pk],
                sent_already=visit.pk in has_link,
                has_questions=visit.questions_id is not None
                or bool({(visit.kind, visit.store_id), (visit.kind, None)} & asked),
                judged=not access.can_invite(user, visit),
            ),
            channels,
        )
        for visit in visits
    }


def lines_of(user: User, visits: Sequence[Visit], ways: Mapping[int, Way]) -> list[Line]:
    """Each visit as the list shows it."""
    return [Line(visit, shown_name(user, visit.card), ways[visit.pk]) for visit in visits]


def outlook_of(ways: Mapping[int, Way]) -> Outlook:
    """What becomes of these, counted."""
    going = Counter(way.channel for way in ways.values() if way.channel)
    left = Counter(way.why for way in ways.values() if way.why)
    return Outlook(
        [(str(VisitMail.Channel(one).label), going[one]) for one in CHANNELS if going[one]],
        [(str(words), left[why]) for why, words in WHY.items() if left[why]],
    )


def _reached_by(visit: Visit) -> set[str]:
    customer = visit.card.customer
    known = {VisitMail.Channel.EMAIL: customer.email, VisitMail.Channel.SMS: customer.phone}
    return {channel.value for channel, address in known.items() if address}


def _with_link(visits: Sequence[Visit], now: dt.datetime) -> set[int]:
    """Visits whose customer was sent a link that is good still, or is about to be."""
    over = Q(link__isnull=False) & (
        Q(link__expires_at__lte=now) | Q(link__revoked_at__isnull=False)
    )
    rows = VisitMail.objects.filter(visit__in=visits, with_link=True)
    return set(rows.exclude(state=FAILED).exclude(over).values_list("visit", flat=True))


def _asked(visits: Sequence[Visit]) -> set[tuple[str, int | None]]:
    """The kinds of visit, each with its store or None for all, that a questionnaire is for."""
    rows = QuestionnaireVersion.objects.filter(
        state=VersionState.APPROVED,
        questionnaire__kind__in={visit.kind for visit in visits},
        questionnaire__retired=False,
    )
    return set(rows.values_list("questionnaire__kind", "store"))


def _refused(visits: Sequence[Visit]) -> dict[int, set[str]]:
    """By visit the channels on which its customer does not wish it.

    Whoever wishes no contact is still asked about the answer to a complaint.
    """
    said: dict[int, set[tuple[str, str]]] = defaultdict(set)
    purposes = (Consent.Purpose.VISIT, Consent.Purpose.CONTACT)
    customers = {visit.card.customer_id for visit in visits}
    rows = Consent.objects.filter(
        customer__in=customers, purpose__in=purposes, withdrawn_at__isnull=False
    )
    for customer, purpose, channel in rows.values_list("customer", "purpose", "channel"):
        said[customer].add((purpose, channel))
    return {visit.pk: _closed(visit, said[visit.card.customer_id]) for visit in visits}


def _closed(visit: Visit, said: set[tuple[str, str]]) -> set[str]:
    if visit.card.state in (card_states.MERGED, card_states.ANONYMISED):
        return set(CHANNELS)
    about_answer = visit.kind == Visit.Kind.COMPLAINT
    closed = {
        channel for purpose, channel in said if purpose == Consent.Purpose.VISIT or not about_answer
    }
    return set(CHANNELS) if "" in closed else closed
