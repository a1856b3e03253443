"""How a complaint was verified: what was looked at, by whom, what came of it (CP-14, CP-22)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import states
from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.records.models import Record


class VerificationQuerySet(models.QuerySet["Verification"]):
    def visible_to(self, user: User) -> VerificationQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Verification(Record):
    """One verification of what a customer complains of; another one follows it, none is edited.

    `sample` is what was looked at, `checked_by` who did or who was there, `checked_at` UTC. What
    is neither provable by papers nor found as the customer says goes to a third party both sides
    accept: `party` and what stands behind it, `party_fee` in yuan. `our_opinion` is the verifying
    department's, `customer_opinion` the customer's; its `head`, who did not verify it, adds theirs
    later.
    """

    class Method(models.TextChoices):
        PAPERS = states.BY_PAPERS, pgettext_lazy("verification", "By papers, at once")
        ONSITE = states.BY_VISIT, pgettext_lazy("verification", "On site")
        WORKSHOP = states.IN_WORKSHOP, pgettext_lazy("verification", "In the workshop")
        DRIVE = states.BY_DRIVE, pgettext_lazy("verification", "By a test drive")
        THIRD = states.BY_THIRD_PARTY, pgettext_lazy("verification", "By a third party")

    class Result(models.TextChoices):
        CONFORMS = states.CONFORMS, pgettext_lazy("verification", "As it should be")
        FAULTY = states.FAULTY, pgettext_lazy("verification", "Not as it should be")
        UNCLEAR = states.UNCLEAR, pgettext_lazy("verification", "Cannot be told")

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="verifications"
    )
    method = models.CharField(_("method"), max_length=8, choices=Method.choices)
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("verified at"))
    sample = models.CharField(_("what was looked at"), max_length=500)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices)
    finding = models.TextField(_("what was found"), max_length=4000)
    our_opinion = models.TextField(_("opinion of the department"), max_length=2000)
    customer_opinion = models.TextField(_("opinion of the customer"), max_length=2000, blank=True)
    party = models.CharField(_("third party"), max_length=120, blank=True)
    party_order = models.CharField(_("number of the order"), max_length=60, blank=True)
    party_fee = models.DecimalField(_("fee"), max_digits=14, decimal_places=2, default=Decimal(0))
    party_opinion = models.TextField(_("opinion of the third party"), max_length=4000, blank=True)
    head = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    head_opinion = models.TextField(_("opinion of the head"), max_length=2000, blank=True)
    head_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=states.METHODS), name="verification_method_known"
            ),
            models.CheckConstraint(
                condition=Q(result__in=states.RESULTS), name="verification_result_known"
            ),
            models.CheckConstraint(
                condition=~Q(method=states.BY_THIRD_PARTY) | ~Q(party=""),
                name="verification_third_party_named",
            ),
            models.CheckConstraint(condition=Q(party_fee__gte=0), name="verification_fee"),
            models.CheckConstraint(
                condition=Q(head__isnull=True) | ~Q(head=F("checked_by")),
                name="verification_head_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.method} {self.result}"


class ColleagueWordQuerySet(models.QuerySet["ColleagueWord"]):
    def visible_to(self, user: User) -> ColleagueWordQuerySet:
        """Those of the tickets this person sees: never whom it is about."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class ColleagueWord(Record):
    """What a colleague complained about says of the outcome, entered by who asked them (CP-22).

    `round` is how often the ticket had been reopened then.
    """

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="colleague_words"
    )
    colleague = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    content = models.BooleanField(_("content"))
    words = models.TextField(_("in their own words"), max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ColleagueWordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(by=F("colleague")), name="colleague_word_by_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.content}"
