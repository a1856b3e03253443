"""Customers and their cards: one person or organisation, one card for each purchase."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db import connections, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.customers import names, phones, states
from crm.customers.models.scope import CaseAccess, row_scope
from crm.people.models import User
from crm.people.roles import Reach
from crm.records.models import Record


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Language(models.TextChoices):
    """What the customer speaks and reads: the product's own languages, by their codes."""

    ZH_HANS = "zh-hans", _("Simplified Chinese")
    ZH_HANT = "zh-hant", _("Traditional Chinese")
    EN = "en", _("English")


class Level(models.TextChoices):
    """Intent by expected purchase time (LC-01); the windows are numbers of the rulebook."""

    H = "H", _("H")
    A = "A", _("A")
    B = "B", _("B")
    C = "C", _("C")


class Source(models.TextChoices):
    """Why this customer exists (CC-24, CC-25)."""

    WALK_IN = "walk_in", _("Walk-in")
    PHONE = "phone", _("Phone call")
    EVENT = "event", _("Event")
    REFERRAL = "referral", _("Referral")
    REPEAT = "repeat", _("Repeat purchase")
    INTERNET = "internet", _("Internet")
    CANVASSING = "canvassing", _("Canvassing")
    PEER = "peer", _("Peer introduction")
    POOL = "pool", _("Public pool")
    OTHER = "other", _("Other")


class CardState(models.TextChoices):
    LEAD = states.LEAD, _("Lead")
    POTENTIAL = states.POTENTIAL, _("Prospect")
    PROSPECT = states.PROSPECT, _("Qualified prospect")
    ORDERED = states.ORDERED, _("Ordered")
    DELIVERED = states.DELIVERED, _("Delivered")
    LOST_APPLIED = states.LOST_APPLIED, _("Lost, awaiting approval")
    LOST = states.LOST, _("Lost")
    FREEZE_APPLIED = states.FREEZE_APPLIED, _("Freeze, awaiting approval")
    FROZEN = states.FROZEN, _("Frozen")
    RECOVERY = states.RECOVERY, _("In recovery")
    POOL = states.POOL, _("Public pool")
    MERGED = states.MERGED, _("Merged")
    ANONYMISED = states.ANONYMISED, _("Anonymised")


class PurchaseMethod(models.TextChoices):
    CASH = "cash", _("Full payment")
    LOAN = "loan", _("Finance")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """Customers with at least one card this person may see."""
        cards = Card.objects.visible_to(user).filter(customer=models.OuterRef("pk"))
        return self.filter(models.Exists(cards))


class Customer(Record):
    """A person or organisation (CC-01, CC-02); each purchase is a `Card` of its own.

    Phones are E.164. Only contact data lives here, so that erasing a person is one row.
    """

    name = models.CharField(_("name"), max_length=80, blank=True)
    is_organisation = models.BooleanField(_("organisation"), default=False)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_index=True)
    phone2 = models.CharField(_("second phone"), max_length=20, blank=True, db_index=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    lunar_birthday = models.CharField(_("lunar birthday"), max_length=6, blank=True)
    age_band = models.CharField(_("age"), max_length=20, blank=True)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    best_time = models.CharField(_("best time to reach"), max_length=60, blank=True)
    language = models.CharField(
        _("language"), max_length=7, choices=Language.choices, blank=True, default="", db_default=""
    )
    anonymised_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="customer_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=["", *Language.values]), name="customer_language_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CardQuerySet(models.QuerySet["Card"]):
    def visible_to(self, user: User) -> CardQuerySet:
        """Cards within this person's scope; merged ones show under the surviving card."""
        return self.exclude(state=states.MERGED).filter(row_scope(user.reach))

    def followed_up(self) -> CardQuerySet:
        """Cards somebody still works to sell to."""
        return self.filter(state__in=states.FOLLOWED_UP)

    def standing(self) -> CardQuerySet:
        """Cards that still name a person: neither merged into another nor anonymised."""
        return self.exclude(state__in=(states.MERGED, states.ANONYMISED))

    def of_phones(self, phones: Collection[str]) -> CardQuerySet:
        """Standing cards of customers with any of these numbers (E.164)."""
        return self.standing().filter(
            Q(customer__phone__in=phones) | Q(customer__phone2__in=phones)
        )

    def found_by(self, query: str) -> CardQuerySet:
        """Cards whose name, pinyin, initials, card number or whole digits match (CC-32)."""
        return self.with_words(names.searched(query))

    def with_words(self, words: Iterable[str]) -> CardQuerySet:
        """The same for words as `names.searched` gives them."""
        found = self
        scans = connections[self.db].vendor == "sqlite"
        for word in words:
            if scans:  # the plain word rules out nearly all rows at half the cost
                found = found.filter(search__contains=word)
            group = names.needles(word)
            found = found.filter(reduce(or_, (Q(search__contains=needle) for needle in group)))
        return found

    def with_case(self, reach: Reach) -> CardQuerySet:
        """Each card with `has_case`: whether this person works on an open case of it."""
        cases = CaseAccess.objects.open_for(reach).filter(card=models.OuterRef("pk"))
        return self.annotate(has_case=models.Exists(cases))


class Card(Record):
    """The customer info card: one purchase of a customer (CC-01..07, CC-21).

    `owner`, `team` and `store` are today's; who it belonged to when it was opened stands in
    `first_owner`, `first_team`, `first_store`, and every change between in `Ownership`.
    `next_contact_at`, `last_contact_at` and `tries` are written by followups through
    `customers.actions`. Moments are UTC. `to_complete` marks imported history that breaks
    today's rules (habit 13).
    """

    card_no = models.CharField(_("card number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards")
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="cards"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Found by the index `card_begun_at_store`.
    first_store = models.ForeignKey(
        "people.Store",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(max_length=14, choices=CardState.choices, default=states.POTENTIAL)
    level = models.CharField(_("level"), max_length=1, choices=Level.choices, blank=True)
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, blank=True)
    channel = models.CharField(_("channel heard from"), max_length=60, blank=True)
    reason = models.TextField(_("reason to follow up"), max_length=500, blank=True)
    referrer = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="referred"
    )
    # What the customer wants (CC-01, CC-03, CC-06, CC-07).
    product = models.ForeignKey(
        "vehicles.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("model of interest"),
    )
    model_text = models.CharField(_("model of interest"), max_length=80, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    configuration = models.CharField(_("configuration"), max_length=80, blank=True)
    budget_min = models.DecimalField(
        _("budget from"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    budget_max = models.DecimalField(
        _("budget to"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    purchase_on = models.DateField(_("planned purchase"), null=True, blank=True)
    purchase_method = models.CharField(
        _("payment method"), max_length=4, choices=PurchaseMethod.choices, blank=True
    )
    purpose = models.CharField(_("use of the car"), max_length=120, blank=True)
    decision_maker = models.CharField(_("decision maker"), max_length=80, blank=True)
    rivals = models.CharField(_("rival models"), max_length=120, blank=True)
    current_vehicle = models.CharField(_("current car"), max_length=120, blank=True)
    trade_in = models.BooleanField(_("trade-in"), default=False)
    trade_in_value = models.DecimalField(
        _("trade-in value"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    charging = models.CharField(_("charging"), max_length=120, blank=True)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    # Willingness, latest of `Assessment` (CC-05); 0 = not judged yet.
    confidence = models.PositiveSmallIntegerField(_("confidence"), default=0)
    confidence_words = models.CharField(max_length=120, blank=True)
    need = models.PositiveSmallIntegerField(_("need"), default=0)
    need_words = models.CharField(max_length=120, blank=True)
    power = models.PositiveSmallIntegerField(_("purchasing power"), default=0)
    power_words = models.CharField(max_length=120, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Written by followups (architecture.md section 1).
    next_contact_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_contact_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(default=0, editable=False)
    lost_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(_("lost reason"), max_length=120, blank=True)
    # What a lost customer bought instead: brand and model (LR-02, K-28).
    lost_to = models.CharField(
        _("bought instead"), max_length=60, blank=True, default="", db_default=""
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_cards"
    )
    to_complete = models.BooleanField(default=False)
    # Plates of the cars delivered on this card, written by orders.
    plates = models.CharField(max_length=60, blank=True, editable=False)
    # Normalised words for search: names, pinyin, initials, digits, plate (architecture.md 4).
    search = models.TextField(default="", blank=True, editable=False)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            # Each serves a list whole: its order, and its counts without a look at the rows.
            models.Index(
                fields=["owner", "next_contact_at", "id", "state", "level"], name="card_of_owner"
            ),
            models.Index(
                fields=["team", "next_contact_at", "id", "state", "level"], name="card_of_team"
            ),
            models.Index(
                fields=["store", "next_contact_at", "id", "state", "level"], name="card_of_store"
            ),
            # PostgreSQL counts a store's open cards in the first of these four. SQLite knows no
            # trigrams and does not see that the states asked for are an index's: it has the others.
            models.Index(
                fields=["store", "level", "next_contact_at"],
                include=["id", "owner", "state"],
                condition=Q(state__in=states.OPEN),
                name="card_open_of_store",
            ),
            models.Index(
                fields=["store", "level", "next_contact_at", "state", "id", "search"],
                name="card_levels_of_store",
            ),
            models.Index(
                fields=["store", "next_contact_at", "id", "state", "level", "search"],
                name="card_search_of_store",
            ),
            models.Index(fields=["store", "owner", "state", "level"], name="card_owners_of_store"),
            models.Index(
                fields=["store", "last_contact_at", "id", "state", "level"],
                name="card_last_of_store",
            ),
            # PostgreSQL alone: the latest first, cards nobody contacted at the end. Read backwards,
            # the index above has them in front; SQLite has them at the end.
            models.Index(
                F("store"),
                F("last_contact_at").desc(nulls_last=True),
                F("id").desc(),
                F("state"),
                F("level"),
                name="card_latest_of_store",
            ),
            models.Index(fields=["store", "opened_at"], name="card_store_opened"),
            models.Index(fields=["opened_at"], name="card_opened"),
            models.Index(
                fields=["first_store", "opened_at", "state", "first_owner", "id"],
                name="card_begun_at_store",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CardState.values), name="card_state_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *Level.values]), name="card_level_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["", *Source.values]), name="card_source_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.LOST) | Q(lost_at__isnull=False),
                name="card_lost_has_time",
            ),
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True)
                | Q(budget_max__isnull=True)
                | Q(budget_max__gte=F("budget_min")),
                name="card_budget_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.MERGED) | Q(merged_into__isnull=False),
                name="card_merged_names_survivor",
            ),
            models.CheckConstraint(
                condition=Q(confidence__lte=5, need__lte=5, power__lte=5),
                name="card_assessment_up_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_no} {self.customer}"

    @property
    def is_followed_up(self) -> bool:
        """Whether contacts are planned and logged on this card."""
        return self.state in states.FOLLOWED_UP

    def searchable(self) -> str:
        """What `search` must hold for this card and its customer as they stand."""
        customer = self.customer
        return names.search_text(
            [customer.name],
            [phones.national_digits(phone) for phone in (customer.phone, customer.phone2) if phone],
            self.plates.split(),
            [self.card_no],
        )

    @property
    def model_name(self) -> str:
        """The model of interest as shown: the product's name, else what was written."""
        return self.product.name if self.product else self.model_text
