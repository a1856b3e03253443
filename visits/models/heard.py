"""What a visitor heard beside the answers: about other brands, and that somebody needs a car."""

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
from visits import states
from visits.models.visits import Visit

SERVICE = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
# What is known of other brands is for a whole store, not for whose customer said it (MK-07).
FINDING_READERS = (
    *SERVICE,
    *(roles.SALES_SUPERVISOR, roles.MARKETING_SUPERVISOR, roles.MANAGER),
)


class FindingQuerySet(models.QuerySet["CompetitorFinding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """What was heard in the stores a person serves or leads."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        return self.filter(store__in=reach.stores_as(*FINDING_READERS))


class CompetitorFinding(Record):
    """What one customer said about another brand on a visit (RV-06, RV-07, RV-09).

    `heard_on` is a local date; `store` is the visit's. The source customer is that of the visit;
    nobody noted what they wrote themselves by a link. `brand` is empty where an answer named none.
    """

    class Kind(models.TextChoices):
        EVENT = "event", pgettext_lazy("competitor", "Event")
        PROMOTION = "promotion", _("Promotion")
        PRICE = "price", _("Price change")
        OPINION = "opinion", _("Opinion of the car")

    class Influence(models.TextChoices):
        NONE = "none", pgettext_lazy("influence", "None")
        WAVERING = "wavering", pgettext_lazy("influence", "Makes them waver")
        DECIDING = "deciding", pgettext_lazy("influence", "Decides for the other")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    brand = models.CharField(_("brand"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    words = models.CharField(_("what was said"), max_length=500)
    influence = models.CharField(
        _("influence"), max_length=8, choices=Influence.choices, default=Influence.NONE
    )
    heard_on = models.DateField(_("heard on"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-heard_on", "-id"]
        indexes = [
            models.Index(fields=["store", "-heard_on"], name="finding_of_store"),
            models.Index(fields=["brand"], name="finding_of_brand"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="finding_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.kind}"


class OpportunityState(models.TextChoices):
    OPEN = states.OPEN, pgettext_lazy("opportunity", "Open")
    TAKEN = states.TAKEN, _("Taken up")
    DISMISSED = states.DISMISSED, _("Not followed")


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, user: User) -> OpportunityQuerySet:
        """Of the customers one sells to or leads, those one is to see to, and the store's for
        service."""
        reach = user.reach
        own = Q(responsible__in=reach.own_ids)
        served = Q(store__in=reach.stores_as(*SERVICE))
        return self.filter(own | served | row_scope(reach, "card__", SALES_READERS))

    def waiting(self) -> OpportunityQuerySet:
        """Neither taken up nor dismissed yet."""
        return self.filter(state=states.OPEN)


class Opportunity(Record):
    """A need for another car heard on a visit, proposed to the customer's owner (RV-05).

    `responsible` is the owner of that moment, who is reminded until `answer_by`; without one it
    is their supervisor's. `taken_as` is the card it is followed up on.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="opportunity")
    card = models.ForeignKey("customers.Card", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what the customer needs"), max_length=500)
    state = models.CharField(max_length=9, choices=OpportunityState.choices, default=states.OPEN)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_by = models.DateTimeField(_("answer by"))
    taken_as = models.ForeignKey(
        "customers.Card", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["answer_by", "id"]
        indexes = [models.Index(fields=["store", "state"], name="opportunity_of_store")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.OPPORTUNITY), name="opportunity_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.TAKEN) | Q(taken_as__isnull=False),
                name="opportunity_taken_names_card",
            ),
        ]

    def __str__(self) -> str:
        return self.words
