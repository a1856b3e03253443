"""What a complaint is answered with, who decided, and who had to know (CP-10, CP-11, CP-33)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import alarms, authority, states
from complaints.models.tickets import Ticket
from crm.people.models import User
from crm.people.roles import GENERAL_MANAGER, MANAGER, SERVICE_SUPERVISOR
from crm.records.models import Record


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> ProposalQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Proposal(Record):
    """One proposed solution of a complaint: cause, opinion and what the customer is granted.

    `amount` is yuan. `role` is the least that may decide, judged when submitted and again when
    decided, with `ticket_total` and `customer_total` as they were then. `is_major` needs `minutes`
    of the meeting on the local date `met_on`. What was decided is never edited: a returned one is
    followed by another.
    """

    class State(models.TextChoices):
        DRAFT = states.OFFER_DRAFT, pgettext_lazy("proposal", "Draft")
        WAITING = states.OFFER_WAITING, pgettext_lazy("proposal", "Awaiting approval")
        APPROVED = states.OFFER_APPROVED, pgettext_lazy("proposal", "Approved")
        RETURNED = states.OFFER_RETURNED, pgettext_lazy("proposal", "Returned")
        REFUSED = states.OFFER_REFUSED, pgettext_lazy("proposal", "Refused")
        VOID = states.OFFER_VOID, pgettext_lazy("proposal", "Void")

    class Grant(models.TextChoices):
        NOTHING = "nothing", pgettext_lazy("compensation", "Explanation only")
        REPAIR = "repair", pgettext_lazy("compensation", "Repair at our cost")
        REPLACEMENT = "replacement", pgettext_lazy("compensation", "Replacement")
        REFUND = "refund", pgettext_lazy("compensation", "Refund")
        GOODWILL = "goodwill", pgettext_lazy("compensation", "Goodwill payment")
        SERVICE = "service", pgettext_lazy("compensation", "Free service or voucher")

    class Liability(models.TextChoices):
        QUALITY = "quality", pgettext_lazy("liability", "Quality fault")
        MISUSE = "misuse", pgettext_lazy("liability", "Misuse")
        SERVICE = "service", pgettext_lazy("liability", "Our service")
        SHARED = "shared", pgettext_lazy("liability", "Shared")
        NONE = "none", pgettext_lazy("liability", "Nobody's fault")

    class Role(models.TextChoices):
        SUPERVISOR = SERVICE_SUPERVISOR, _("Service supervisor")
        MANAGER = MANAGER, _("Store manager")
        GENERAL = GENERAL_MANAGER, _("General manager")

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="proposals"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=states.OFFER_DRAFT)
    cause = models.TextField(_("cause"), max_length=2000)
    liability = models.CharField(_("liability"), max_length=7, choices=Liability.choices)
    words = models.TextField(_("proposed solution"), max_length=4000)
    grant = models.CharField(_("compensation"), max_length=11, choices=Grant.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, default=Decimal(0))
    submitted_at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=18, choices=Role.choices, blank=True)
    ticket_total = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    customer_total = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    is_major = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    minutes = models.TextField(_("minutes of the meeting"), max_length=4000, blank=True)
    met_on = models.DateField(_("day of the meeting"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=states.PROPOSAL_STATES), name="proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(role__in=("", *authority.LEVELS)), name="proposal_role_known"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="proposal_amount_not_negative"),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state__in=states.PROPOSAL_OPEN),
                name="proposal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("author")),
                name="proposal_not_decided_by_author",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.OFFER_APPROVED) | Q(decided_by__isnull=False),
                name="proposal_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.grant} {self.amount}"


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def visible_to(self, user: User) -> BriefingQuerySet:
        """Those of the tickets this person sees."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class Briefing(Record):
    """Somebody who had to be told of a complaint, and when they said that they know (CP-11)."""

    class Reason(models.TextChoices):
        QUALITY = alarms.QUALITY, _("Quality case")
        SAFETY = alarms.SAFETY, _("Safety: brakes, battery, steering")
        PRESS = alarms.PRESS, _("Threat to go public")

    ticket = models.ForeignKey(
        "complaints.Ticket", on_delete=models.PROTECT, related_name="briefings"
    )
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=7, choices=Reason.choices)
    told_at = models.DateTimeField()
    known_at = models.DateTimeField(null=True, blank=True)
    known_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BriefingQuerySet.as_manager()

    class Meta:
        ordering = ["told_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=alarms.REASONS), name="briefing_reason"),
            models.UniqueConstraint(fields=["ticket", "to", "reason"], name="briefing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.reason}"
