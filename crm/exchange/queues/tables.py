"""Where each sheet's rows are stored: the queryset and the path of every column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from complaints import states as ticket_states
from complaints.models import Ticket
from crm.customers import states as card_states
from crm.customers.models import Card, Recovery
from crm.exchange.sheets.definitions import Sheet
from crm.exchange.sheets.registry import BY_KEY
from crm.orders import states as order_states
from crm.orders.models import Order, Payment
from crm.people.models import Membership, Store, User
from crm.reception.models import ReceptionEntry
from crm.vehicles.models import Product
from followups import states as plan_states
from followups.models import Contact, Plan, PlannedContact
from visits import states as visit_states
from visits.models import Visit

SURVIVING = "surviving_card"


@dataclass(frozen=True)
class Table:
    """One sheet's rows in the database.

    `paths` names the model's path of each column that is not simply its own key. `statuses`
    maps the states to the workbook's status. `card` is the path of the row's card, whose
    number is that of the surviving card. `store` is the path `--store` looks at.
    """

    sheet: Sheet
    rows: QuerySet[Any]
    paths: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    card: str = ""
    store: str = "store__code"

    @property
    def key_path(self) -> str:
        """The path of the column that names a row."""
        key = self.sheet.key_column.key
        return self.paths.get(key, key)

    def path(self, column: str) -> str:
        """The path of a column for `values_list`."""
        return self.paths.get(column, column)

    def status_of(self, state: str) -> str | None:
        """The workbook's word for a state; None for one it has no word for."""
        return next((word for word, group in self.statuses.items() if state in group), None)


def survivor(card: str) -> Coalesce:
    """The number of a row's card, or of the card that it was merged into."""
    return Coalesce(F(f"{card}__merged_into__card_no"), F(f"{card}__card_no"))


def staff_rows() -> QuerySet[Any]:
    """Everybody with their main membership: the first valid one, else the last they had."""
    own = Membership.objects.filter(user=OuterRef("pk"))
    valid = Membership.objects.valid_on(timezone.localdate()).filter(user=OuterRef("pk"))
    main = Coalesce(
        Subquery(valid.order_by("id").values("pk")[:1]),
        Subquery(own.order_by("-id").values("pk")[:1]),
    )

    def of_main(path: str) -> Subquery:
        return Subquery(Membership.objects.filter(pk=OuterRef("main_membership")).values(path)[:1])

    everybody: QuerySet[Any] = User.objects.annotate(main_membership=main).annotate(
        main_role=of_main("role"),
        main_store=of_main("store__code"),
        main_team=of_main("team__name"),
        main_department=of_main("department__name"),
    )
    return everybody


def _tables() -> dict[str, Table]:
    people = {"owner": "owner__username", "staff": "staff__username"}
    found = [
        Table(BY_KEY["Stores"], Store.objects.all(), store="code"),
        Table(
            BY_KEY["Staff"],
            staff_rows(),
            {
                "role": "main_role",
                "store": "main_store",
                "team": "main_team",
                "department": "main_department",
                "active": "is_active",
            },
            store="main_store",
        ),
        Table(BY_KEY["Products"], Product.objects.all(), store=""),
        _customers(),
        Table(
            BY_KEY["Reception"],
            ReceptionEntry.objects.annotate(**{SURVIVING: survivor("card")}),
            {**people, "store": "store__code", "card_no": SURVIVING},
            card="card",
        ),
        *_followup_tables(),
        *_order_tables(),
        *_service_tables(),
        Table(
            BY_KEY["Recoveries"],
            Recovery.objects.annotate(**{SURVIVING: survivor("card")}),
            {"handler": "handler__username", "card_no": SURVIVING},
            card="card",
        ),
    ]
    return {table.sheet.key: table for table in found}


def _customers() -> Table:
    contact = (
        *("name", "gender", "phone", "phone2", "wechat", "email", "address", "region"),
        *("birthday", "lunar_birthday", "occupation"),
    )
    return Table(
        BY_KEY["Customers"],
        Card.objects.exclude(state=card_states.MERGED).annotate(
            referrer_no=Coalesce(F("referrer__merged_into__card_no"), F("referrer__card_no"))
        ),
        {
            **{column: f"customer__{column}" for column in contact},
            "owner": "owner__username",
            "first_owner": "first_owner__username",
            "store": "store__code",
            "referrer": "referrer_no",
        },
        card_states.STATUS_STATES,
    )


def _followup_tables() -> list[Table]:
    carded = {SURVIVING: survivor("card")}
    return [
        Table(
            BY_KEY["Plans"],
            Plan.objects.annotate(**carded),
            {
                "card_no": SURVIVING,
                "author": "author__username",
                "reviewer": "reviewer__username",
            },
            plan_states.PLAN_STATUS_STATES,
            card="card",
        ),
        Table(
            BY_KEY["PlannedContacts"],
            PlannedContact.objects.all(),
            {"plan_no": "plan__plan_no", "assignee": "assignee__username"},
            plan_states.PLANNED_STATUS_STATES,
            card="card",
        ),
        Table(
            BY_KEY["Contacts"],
            Contact.objects.annotate(**carded),
            {
                "card_no": SURVIVING,
                "staff": "staff__username",
                "planned_no": "planned__planned_no",
            },
            card="card",
        ),
    ]


def _order_tables() -> list[Table]:
    return [
        Table(
            BY_KEY["Orders"],
            Order.objects.annotate(**{SURVIVING: survivor("card")}),
            {"card_no": SURVIVING, "staff": "staff__username", "product": "product__code"},
            order_states.STATUS_STATES,
            card="card",
        ),
        Table(
            BY_KEY["Payments"],
            Payment.objects.all(),
            {"order_no": "order__order_no", "handler": "handler__username"},
            card="order__card",
        ),
    ]


def _service_tables() -> list[Table]:
    known = Q(kind__in=[choice.key for choice in BY_KEY["Tickets"].by_key["kind"].choices])
    carded = {SURVIVING: survivor("card")}
    return [
        Table(
            BY_KEY["Tickets"],
            Ticket.objects.filter(known).annotate(**carded),
            {
                "card_no": SURVIVING,
                "reporter": "reporter__username",
                "responsible": "responsible__username",
                "lead_department": "lead_department__name",
            },
            ticket_states.STATUS_STATES,
            card="card",
        ),
        Table(
            BY_KEY["Visits"],
            Visit.objects.annotate(**carded),
            {
                "card_no": SURVIVING,
                "assignee": "assignee__username",
                "owner": "owner__username",
                "ticket_no": "ticket__ticket_no",
            },
            visit_states.STATUS_STATES,
            card="card",
        ),
    ]


def tables() -> dict[str, Table]:
    """Every sheet's table; made anew, since a membership's validity is that of today."""
    return _tables()
