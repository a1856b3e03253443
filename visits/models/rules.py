"""Rules that make return visits, and each reason a visit was made or not (RV-10..15)."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.models import Language
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record
from followups.models import Method
from visits import due
from visits.models.visits import Visit


class Trigger(models.TextChoices):
    """What a rule waits for."""

    SIGNING = "signing", _("After signing")
    DELIVERY = "delivery", _("After delivery")
    REGULAR = "regular", _("Every few months")
    PROJECT = "project", _("After a key project or fleet order")
    COMPLAINT = "complaint", _("After a complaint's answer")
    CAMPAIGN = "campaign", _("After a campaign")
    PROSPECT = "prospect", _("A sample of prospects, about follow-up")
    LIST = "list", _("By hand, for a list")


# Which kinds of visit each trigger makes; the first is the usual one (RV-17).
KINDS: Mapping[Trigger, tuple[Visit.Kind, ...]] = {
    Trigger.SIGNING: (Visit.Kind.NEW_PURCHASE, Visit.Kind.REGULAR),
    Trigger.DELIVERY: (Visit.Kind.NEW_PURCHASE, Visit.Kind.REGULAR),
    Trigger.REGULAR: (Visit.Kind.REGULAR,),
    Trigger.PROJECT: (Visit.Kind.PROJECT,),
    Trigger.COMPLAINT: (Visit.Kind.COMPLAINT,),
    Trigger.CAMPAIGN: (Visit.Kind.EVENT,),
    Trigger.PROSPECT: (Visit.Kind.FOLLOW_UP_FEEDBACK,),
    Trigger.LIST: (Visit.Kind.REGULAR, Visit.Kind.EVENT, Visit.Kind.PROJECT),
}


class Unit(models.TextChoices):
    WORKING_DAYS = due.WORKING_DAYS, _("working days")
    DAYS = due.DAYS, _("days")
    MONTHS = due.MONTHS, _("months")


def rule_scope(reach: roles.Reach) -> Q:
    """The rules for all stores and those of the person's own (matrix row 10)."""
    if reach.has(roles.GENERAL_MANAGER):
        return Q()
    stores = reach.stores_as(roles.SERVICE_SUPERVISOR, roles.SALES_SUPERVISOR, roles.MANAGER)
    return Q(store__in=stores) | Q(store__isnull=True) if stores else Q(pk__in=[])


def holds_in(store_id: int | None) -> Q:
    """A store's own rules that are in force, and those for all."""
    return Q(Q(store__isnull=True) | Q(store=store_id), active=True)


class VisitRuleQuerySet(models.QuerySet["VisitRule"]):
    def visible_to(self, user: User) -> VisitRuleQuerySet:
        """The rules a person reads (matrix row 10)."""
        return self.filter(rule_scope(user.reach))

    def in_force(self, store_id: int | None) -> VisitRuleQuerySet:
        """What plans visits in a store."""
        return self.filter(holds_in(store_id))


class VisitRule(Record):
    """When a visit of one kind is to be made, by which method and with which questions.

    Without a `store` it holds for all. Causes before the local date `since` make no visit, so
    that history that is brought in does not. A store's rule may stand in place of one for all,
    `replaces`: while it is in force, what happens there from its first day on is its own.
    """

    name = models.CharField(_("name"), max_length=80)
    trigger = models.CharField(_("when"), max_length=9, choices=Trigger.choices)
    kind = models.CharField(_("kind"), max_length=18, choices=Visit.Kind.choices)
    wait = models.PositiveSmallIntegerField(_("due after"), default=3)
    unit = models.CharField(
        _("unit"), max_length=12, choices=Unit.choices, default=due.WORKING_DAYS
    )
    later_wait = models.PositiveSmallIntegerField(
        _("due after, from the second year on"), null=True, blank=True
    )
    share = models.PositiveSmallIntegerField(_("share in percent"), default=100)
    method = models.CharField(_("method"), max_length=9, choices=Method.choices, blank=True)
    focus = models.CharField(_("focus"), max_length=200, blank=True)
    questionnaire = models.ForeignKey(
        "visits.Questionnaire", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assigns_itself = models.BooleanField(_("assigned by suggestion"), default=True)
    active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("causes from"))
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="own_rules"
    )

    objects = VisitRuleQuerySet.as_manager()

    class Meta:
        ordering = ["trigger", "wait", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(wait__gte=1), name="visit_rule_waits"),
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)), name="visit_rule_share_in_percent"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | Q(store__isnull=False),
                name="visit_rule_of_all_replaces_none",
            ),
            models.UniqueConstraint(
                fields=["store", "replaces"], name="visit_rule_replaces_once_a_store"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> int:
        """What names its causes: a rule and the one it replaces never both make a visit of one."""
        return self.replaces_id or self.pk


class VisitCause(models.Model):
    """One reason to visit a customer, counted once: what happened and what came of it.

    `key` names the event and the rule, "order:<public id>/<rule>": planning again finds it and
    does nothing. A merged cause names the visit that was due anyway; a refused one names none.
    """

    class Outcome(models.TextChoices):
        MADE = "made", _("Visit planned")
        MERGED = "merged", pgettext_lazy("visit cause", "Merged with another visit")
        REFUSED = "refused", _("Customer does not wish it")

    key = models.CharField(max_length=80, unique=True)
    rule = models.ForeignKey(
        VisitRule, on_delete=models.PROTECT, null=True, blank=True, related_name="causes"
    )
    card = models.ForeignKey("customers.Card", on_delete=models.CASCADE, related_name="+")
    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, null=True, blank=True, related_name="causes"
    )
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["card", "-at"], name="visit_cause_of_card")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="refused", visit__isnull=True)
                | (~Q(outcome="refused") & Q(visit__isnull=False)),
                name="visit_cause_names_visit",
            )
        ]

    def __str__(self) -> str:
        return self.key


class VisitorProfile(models.Model):
    """What is known of one who visits: qualified, regions, languages, calls a day (RV-23)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visitor_profile"
    )
    qualified = models.BooleanField(_("qualified to visit"), default=True)
    regions = models.CharField(_("regions"), max_length=200, blank=True)
    languages = models.CharField(_("languages"), max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(_("visits a day"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.user_id}"

    @property
    def tongues(self) -> frozenset[str]:
        """The languages a customer's card knows, by their codes."""
        return frozenset(self.languages.split()) & frozenset(Language.values)

    @property
    def dialects(self) -> str:
        """What else the visitor speaks, as it was written."""
        return " ".join(word for word in self.languages.split() if word not in Language.values)

    @property
    def spoken(self) -> list[str]:
        """Everything the visitor speaks, in the reader's words."""
        known = [str(tongue.label) for tongue in Language if tongue in self.tongues]
        return [*known, *self.dialects.split()]
