"""The lists that can be taken out: each with its own queue, its columns and who may (D42).

An export walks over the very rows its page lists, under the same filter, order and scope, and
reads names and numbers through the same functions: what a page masks, its file masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.customers.queues import card_list, open_conflicts
from crm.exchange.queues.answer_lists import ANSWERS
from crm.exchange.queues.care_lists import CARE_LISTS
from crm.exchange.queues.columns import (
    Asked,
    ExportList,
    ListColumn,
    local,
    name_of,
    pages,
    person,
    phone_of,
    words,
)
from crm.exchange.queues.figures import FIGURE, PEOPLE, REPORT, STAFF
from crm.exchange.queues.ledger_lists import LEDGER
from crm.exchange.queues.service_lists import SERVICE_LISTS
from crm.exchange.queues.target_lists import TARGETS
from crm.people import roles
from crm.people.models import User
from crm.reception.queues import log_list, reception_log
from crm.rulebook.models import OptionKind
from crm.rulebook.queues import label_beside
from crm.ui.lists import Listing
from followups.queues import plan_list, reviews
from followups.queues.day import ALL, LEVEL_H, MESSAGES, OVERDUE, PHONE, TOMORROW
from followups.queues.day_export import every_row_of_day, shown_to

SALES = frozenset({roles.SALES_SUPERVISOR, roles.MANAGER})
EVERYTHING = "workbook"


def customers(asked: Asked) -> Listing[Any]:
    """The list of customers, with the words of where they heard of us."""
    listing = card_list(asked.user, asked.query, now=asked.now).listing
    heard = label_beside(OptionKind.CHANNEL, OuterRef("channel"))
    return replace(listing, every=lambda: listing.every().annotate(channel_words=heard))


def day(asked: Asked) -> QuerySet[Any]:
    """What my day holds still to do."""
    zone = timezone.get_default_timezone()
    return every_row_of_day(asked.user, asked.now, zone, asked.query)


CUSTOMERS = ExportList(
    "customers",
    _("Customers"),
    SALES | {roles.GENERAL_MANAGER},
    customers,
    (
        ListColumn("card_no", _("Card number"), lambda card, _a: card.card_no),
        ListColumn("name", _("Name"), name_of),
        ListColumn("phone", _("Phone"), phone_of),
        ListColumn("level", _("Intent level"), lambda card, _a: card.level),
        ListColumn("state", _("State"), lambda card, _a: words(card, "state")),
        ListColumn("model", _("Model of interest"), lambda card, _a: card.model_name),
        ListColumn("source", _("Source"), lambda card, _a: words(card, "source")),
        ListColumn(
            "channel", _("Channel heard from"), lambda card, _a: card.channel_words or card.channel
        ),
        ListColumn("owner", _("Owner"), lambda card, _a: person(card.owner)),
        ListColumn("opened_at", _("Opened"), lambda card, _a: local(card.opened_at)),
        ListColumn("next", _("Next contact"), lambda card, _a: local(card.next_contact_at)),
        ListColumn("last", _("Last contact"), lambda card, _a: local(card.last_contact_at)),
        ListColumn("reason", _("Reason to follow up"), lambda card, _a: card.reason),
    ),
    has_phones=True,
)
MY_DAY = ExportList(
    "my_day",
    _("My day"),
    SALES,
    day,
    (
        ListColumn("due_at", _("Due"), lambda step, _a: local(step.due_at)),
        ListColumn("level", _("Intent level"), lambda step, _a: step.card.level),
        ListColumn("name", _("Name"), lambda step, asked: shown_to(step, asked.user)),
        ListColumn("phone", _("Phone"), lambda step, asked: phone_of(step.card, asked)),
        ListColumn("method", _("Method"), lambda step, _a: words(step, "method")),
        ListColumn("reason", _("Reason to follow up"), lambda step, _a: step.reason),
        ListColumn("content", _("Content"), lambda step, _a: step.content),
    ),
    has_phones=True,
    is_paged=False,
    shown={
        ALL: _("All"),
        OVERDUE: _("Overdue"),
        LEVEL_H: _("Level H"),
        PHONE: _("Phone"),
        MESSAGES: _("WeChat and SMS"),
        TOMORROW: _("Tomorrow"),
    },
)


def queue_rows(asked: Asked) -> Sequence[Any]:
    """The approval queue under its chip."""
    found = reviews(asked.user, asked.now, whole=True)
    show = asked.query.get("show", "")
    if show == "warned":
        return [review for review in found if not review.passes]
    if show == "h":
        return [review for review in found if review.plan.card.level == "H"]
    return found


APPROVALS = ExportList(
    "approvals",
    _("Plan approval"),
    SALES,
    queue_rows,
    (
        ListColumn("plan_no", _("Plan number"), lambda row, _a: row.plan.plan_no),
        ListColumn("name", _("Name"), lambda row, asked: name_of(row.plan.card, asked)),
        ListColumn("level", _("Intent level"), lambda row, _a: row.plan.card.level),
        ListColumn("model", _("Model of interest"), lambda row, _a: row.plan.card.model_name),
        ListColumn("author", _("Author"), lambda row, _a: person(row.plan.author)),
        ListColumn("submitted", _("Submitted"), lambda row, _a: local(row.plan.submitted_at)),
        ListColumn("steps", _("Steps"), lambda row, _a: len(row.steps)),
        ListColumn("passes", _("Every check passed"), lambda row, _a: row.passes),
    ),
    is_paged=False,
    shown={
        "waiting": _("Awaiting approval"),
        "warned": _("With warnings"),
        "h": _("Level H"),
    },
)
PLANS = ExportList(
    "plans",
    _("Follow-up plans"),
    SALES,
    lambda asked: plan_list(asked.user, asked.query),
    (
        ListColumn("plan_no", _("Plan number"), lambda plan, _a: plan.plan_no),
        ListColumn("name", _("Name"), lambda plan, asked: name_of(plan.card, asked)),
        ListColumn("level", _("Intent level"), lambda plan, _a: plan.card.level),
        ListColumn("state", _("State"), lambda plan, _a: words(plan, "state")),
        ListColumn("author", _("Author"), lambda plan, _a: person(plan.author)),
        ListColumn("steps", _("Steps"), lambda plan, _a: plan.step_count),
        ListColumn("next", _("Next contact"), lambda plan, _a: local(plan.next_at)),
    ),
)
RECEPTIONS = ExportList(
    "receptions",
    _("Reception log"),
    frozenset({roles.MANAGER}),
    lambda asked: pages(log_list(asked.now), reception_log(asked.user), asked),
    (
        ListColumn("entry_no", _("Number"), lambda entry, _a: entry.entry_no),
        ListColumn("kind", _("Kind"), lambda entry, _a: words(entry, "kind")),
        ListColumn("arrived_at", _("Arrived"), lambda entry, _a: local(entry.arrived_at)),
        ListColumn("left_at", _("Left"), lambda entry, _a: local(entry.left_at)),
        ListColumn("people", _("People"), lambda entry, _a: entry.party_size),
        ListColumn("staff", _("Received by"), lambda entry, _a: person(entry.staff)),
        ListColumn("name", _("Name"), lambda entry, asked: name_of(entry.card, asked)),
        ListColumn("test_drive", _("Test drive"), lambda entry, _a: entry.test_drive),
        ListColumn("notes", _("Notes"), lambda entry, _a: entry.notes),
    ),
)
CONFLICTS = ExportList(
    "conflicts",
    _("Ownership conflicts"),
    frozenset({roles.MANAGER}),
    lambda asked: open_conflicts(asked.user),
    (
        ListColumn("card_no", _("Card number"), lambda row, _a: row.card.card_no),
        ListColumn("name", _("Name"), lambda row, asked: name_of(row.card, asked)),
        ListColumn("owner", _("Owner"), lambda row, _a: person(row.owner)),
        ListColumn("claimant", _("Claimed by"), lambda row, _a: person(row.claimant)),
        ListColumn("claim", _("Reason"), lambda row, _a: row.claim),
        ListColumn("reported", _("Reported"), lambda row, _a: local(row.created_at)),
    ),
    is_paged=False,
)
EACH = (
    *(CUSTOMERS, MY_DAY, APPROVALS, PLANS, RECEPTIONS, CONFLICTS),
    *SERVICE_LISTS,
    ANSWERS,
    *CARE_LISTS,
    *(LEDGER, FIGURE, PEOPLE, REPORT, TARGETS, STAFF),
)
LISTS = {one.key: one for one in EACH}
WORKBOOK_ROLES = frozenset({roles.MANAGER, roles.GENERAL_MANAGER})


def may_take_out(user: User, key: str) -> bool:
    """Whether this person's roles may take this list, or the workbook, out."""
    if key == EVERYTHING:
        return user.reach.has(*WORKBOOK_ROLES)
    found = LISTS.get(key)
    return found is not None and user.reach.has(*found.may)


def lists_of(user: User) -> frozenset[str]:
    """The keys of every list this person's roles may take out."""
    return frozenset(key for key in (*LISTS, EVERYTHING) if may_take_out(user, key))


def label_of(key: str) -> str:
    """What a list is called."""
    return str(_("Whole workbook") if key == EVERYTHING else LISTS[key].label)
