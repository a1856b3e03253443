"""Ready texts and ready steps: those offered on a ticket, filled in for its customer."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints import access, blanks, states
from complaints.models import Macro, ReplyTemplate, Ticket
from crm.customers.access import shown_name
from crm.customers.models import Card, Gender, Language
from crm.people import roles
from crm.people.models import Store, User
from crm.promises.models import OF_TICKETS, Promise
from crm.records.states import Saved
from crm.rulebook.queues import house_name
from crm.ui import moments
from crm.ui.lists import Chip, ListSpec, Sort

ReadyT = TypeVar("ReadyT", ReplyTemplate, Macro)
TEXTS = {
    Language.ZH_HANS.value: "zh_hans",
    Language.ZH_HANT.value: "zh_hant",
    Language.EN.value: "en",
}


def offered_templates(user: User, ticket: Ticket) -> list[ReplyTemplate]:
    """The texts of the ticket's store, those that tell an outcome only once one is approved."""
    rows = ReplyTemplate.objects.visible_to(user).in_use_for(ticket)
    if ticket.state != states.APPROVED:
        rows = rows.filter(tells_outcome=False)
    return list(rows)


def offered_macros(user: User, ticket: Ticket) -> list[Macro]:
    """The ready steps of the ticket's store and those for all."""
    rows = Macro.objects.visible_to(user).in_use_for(ticket)
    return list(rows.select_related("lead", "assisting"))


def language_of(ticket: Ticket) -> str:
    """What the customer reads; the installation's language where nobody knows."""
    own = ticket.card.customer.language if ticket.card is not None else ""
    return next(one for one in (own, settings.LANGUAGE_CODE, "zh-hans") if one in TEXTS)


def filled(user: User, ticket: Ticket, template: ReplyTemplate, now: dt.datetime) -> str:
    """The text in the customer's language with its blanks filled."""
    language = language_of(ticket)
    with translation.override(language):
        values = {
            blanks.CUSTOMER: _address(user, ticket.card),
            blanks.TICKET: ticket.ticket_no,
            blanks.NEXT_DATE: _next_date(ticket, now),
            blanks.HANDLER: ticket.responsible.name if ticket.responsible else user.name,
            blanks.STORE: house_name(ticket.store),
            blanks.SOLUTION: _solution(ticket),
        }
    return blanks.fill(getattr(template, TEXTS[language]), values)


def _address(user: User, card: Card | None) -> str:
    """How the customer is addressed: by name with a title where it is known which."""
    name = shown_name(user, card) if card is not None else ""
    if not name:
        return pgettext("form of address", "customer")
    if card is None or card.customer.is_organisation or not card.customer.gender:
        return name
    if card.customer.gender == Gender.FEMALE:
        return pgettext("form of address", "Ms %(name)s") % {"name": name}
    return pgettext("form of address", "Mr %(name)s") % {"name": name}


def _next_date(ticket: Ticket, now: dt.datetime) -> str:
    """When the customer hears again: as promised, and nothing where nothing is."""
    rows = Promise.objects.filter(
        source_room=OF_TICKETS,
        source_model="ticket",
        source_id=ticket.public_id,
        answered_at__isnull=True,
        due_at__gte=now,
    )
    due_at = rows.order_by("due_at").values_list("due_at", flat=True).first()
    if due_at is None:
        return ""
    untimed = moments.is_untimed(due_at)
    day = moments.day(moments.local(due_at).date(), moments.local(now).date())
    return day if untimed else moments.at_time(day, due_at)


def _solution(ticket: Ticket) -> str:
    found = access.latest_proposal(ticket)
    return found.words if found is not None and found.state == states.OFFER_APPROVED else ""


def stores_kept(user: User) -> QuerySet[Store]:
    """The stores this person may keep ready texts and steps for."""
    if user.reach.has(roles.GENERAL_MANAGER):
        return Store.objects.all()
    return Store.objects.filter(pk__in=user.reach.stores_as(*access.APPROVERS))


def ready_rows(rows: QuerySet[ReadyT]) -> QuerySet[ReadyT]:
    """With what a list shows of each."""
    more = ("lead", "assisting") if rows.model is Macro else ()
    return rows.select_related("store", "written_by", *more)


def ready_list() -> ListSpec:
    """What the lists of their keepers allow."""
    return ListSpec(
        sorts=(Sort("name", pgettext("thing", "Name"), ("name", "id")),),
        chips=(
            Chip("in_use", _("In use"), Q(is_active=True)),
            Chip("retired", _("Out of use"), Q(is_active=False)),
            Chip("all", _("All")),
        ),
    )


def saved_template(template: ReplyTemplate) -> Saved:
    """What stands now where a text was to be changed."""
    names = ("name", "zh_hans", "zh_hant", "en", "tells_outcome", "is_active")
    values = {name: getattr(template, name) for name in names}
    return Saved(values, resend={"version": template.version})


def saved_macro(macro: Macro) -> Saved:
    """What stands now where steps were to be changed."""
    names = ("name", "takes", "category", "lead_task", "assisting_task", "note", "waits_for")
    values = {name: getattr(macro, name) for name in (*names, "is_active")}
    given = {"lead": macro.lead_id, "assisting": macro.assisting_id}
    return Saved({**values, **given}, resend={"version": macro.version})
