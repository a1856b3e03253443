"""Care for base customers: the rules that make it, and each task with what came of it (RB-08)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import SALES_READERS, row_scope
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from followups.models import Method, Outcome
from visits import due, states
from visits.models.rules import Unit, holds_in, rule_scope

SERVICE = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


class CareOccasion(models.TextChoices):
    """What a customer is greeted for, told of or thanked for."""

    BIRTHDAY = "birthday", _("Birthday")
    ANNIVERSARY = "anniversary", _("Anniversary of the purchase")
    FESTIVAL = "festival", _("Festival")
    SERVICE = "service", _("First service")
    INSURANCE = "insurance", _("Insurance runs out")
    THANKS = "thanks", _("Thanks for a referral")


class Festival(models.TextChoices):
    SPRING = "spring", _("Spring Festival")
    LANTERN = "lantern", _("Lantern Festival")
    DRAGON_BOAT = "dragon_boat", _("Dragon Boat Festival")
    MID_AUTUMN = "mid_autumn", _("Mid-Autumn Festival")
    NEW_YEAR = "new_year", _("New Year")


class CareRuleQuerySet(models.QuerySet["CareRule"]):
    def visible_to(self, user: User) -> CareRuleQuerySet:
        """As the visit rules (matrix row 10)."""
        return self.filter(rule_scope(user.reach))

    def in_force(self, store_id: int | None) -> CareRuleQuerySet:
        """What plans care in a store."""
        return self.filter(holds_in(store_id))


class CareRule(Record):
    """When customers who bought are greeted, told or thanked, by whom and with which words.

    `wait` counts days before the day of a greeting on which its task shows, days before insurance
    runs out, and, in `unit`, what lies between a delivery and first service or thanks. Without a
    `store` it holds for all; days before the local date `since` make no task.
    """

    name = models.CharField(_("name"), max_length=80)
    occasion = models.CharField(_("occasion"), max_length=11, choices=CareOccasion.choices)
    festival = models.CharField(
        _("festival"), max_length=11, choices=Festival.choices, blank=True, default=""
    )
    wait = models.PositiveSmallIntegerField(_("days or time"), default=3)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, default=due.DAYS)
    method = models.CharField(_("method"), max_length=9, choices=Method.choices)
    by_service = models.BooleanField(_("done by customer service"), default=False)
    words = models.CharField(_("what to say"), max_length=300, blank=True)
    active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("days from"))

    objects = CareRuleQuerySet.as_manager()

    class Meta:
        ordering = ["occasion", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(occasion=CareOccasion.FESTIVAL) & ~Q(festival=""))
                | (~Q(occasion=CareOccasion.FESTIVAL) & Q(festival="")),
                name="care_rule_festival_is_named",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CareState(models.TextChoices):
    OPEN = states.OPEN, pgettext_lazy("care", "To do")
    DONE = states.DONE, pgettext_lazy("care", "Done")
    SKIPPED = states.SKIPPED, pgettext_lazy("care", "Left out")
    CALLED_OFF = states.CALLED_OFF, pgettext_lazy("care", "Called off")


class CareTaskQuerySet(models.QuerySet["CareTask"]):
    def visible_to(self, user: User) -> CareTaskQuerySet:
        """One's own, those of the cards one sells to or leads, the store's for service."""
        reach = user.reach
        own = Q(assignee__in=reach.own_ids)
        served = Q(store__in=reach.stores_as(*SERVICE))
        return self.filter(own | served | row_scope(reach, "card__", SALES_READERS))

    def waiting(self) -> CareTaskQuerySet:
        """Still to be done."""
        return self.filter(state=states.OPEN)


class CareTask(Record):
    """One greeting, word of something due, or thanks owed to a customer, done by a person.

    `key` names occasion and rule, "birthday:<customer>:<year>/<rule>": planning again finds it
    and does nothing. `day` is the day kept, `due_on` the day to act, both local dates. `newcomer`
    is the card of whoever a thanked customer sent us. `team` and `store` are the assignee's.
    """

    key = models.CharField(max_length=90, unique=True, editable=False)
    rule = models.ForeignKey(CareRule, on_delete=models.PROTECT, related_name="tasks")
    occasion = models.CharField(_("occasion"), max_length=11, choices=CareOccasion.choices)
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="care_tasks")
    newcomer = models.ForeignKey(
        "customers.Card", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    day = models.DateField(_("day"))
    due_on = models.DateField(_("due on"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        "people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField(_("method"), max_length=9, choices=Method.choices)
    words = models.CharField(_("what to say"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=CareState.choices, default=states.OPEN)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    gift = models.CharField(_("gift"), max_length=80, blank=True)
    contact = models.ForeignKey(
        "followups.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CareTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["assignee", "state", "due_on"], name="care_of_person"),
            models.Index(fields=["store", "state", "due_on"], name="care_of_store"),
            models.Index(fields=["card", "state"], name="care_of_card"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=states.CARE), name="care_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.DONE) | Q(contact__isnull=False),
                name="care_done_has_contact",
            ),
            models.CheckConstraint(
                condition=Q(state=states.OPEN) | Q(ended_at__isnull=False),
                name="care_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.key
