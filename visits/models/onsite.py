"""What belongs to a visit at the customer's: preparation, gifts, thanks (RV-20, RV-26)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from visits.models.visits import Visit


class OnSiteVisit(models.Model):
    """How a visit is prepared and closed; a change carries the version of its visit."""

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="onsite")
    situation = models.BooleanField(_("I know the customer's situation"), default=False)
    documents = models.BooleanField(_("Documents are packed"), default=False)
    sheet = models.BooleanField(_("The questionnaire is printed"), default=False)
    gift = models.BooleanField(_("The gift is ready"), default=False)
    thanked_at = models.DateTimeField(null=True, blank=True)
    thanked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    thanked_how = models.CharField(_("how"), max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.visit_id}"


class VisitGift(models.Model):
    """A present for a customer: what, what it cost, when it was handed over (RV-20)."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="gifts")
    what = models.CharField(_("gift"), max_length=80)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    given_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="visit_gift_costs_nothing_less")
        ]

    def __str__(self) -> str:
        return self.what
