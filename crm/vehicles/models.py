"""What is on sale."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.records.models import Record


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> ProductQuerySet:
        """The catalogue is open to everybody who signs in."""
        return self if user.reach.posts else self.none()

    def on_sale(self) -> ProductQuerySet:
        """What may still be offered."""
        return self.filter(active=True)


class Product(Record):
    """A model or variant on sale; without a store it is on sale in all of them (OR-04)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    line = models.CharField(_("product line"), max_length=60, blank=True)
    price = models.DecimalField(
        _("list price"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    active = models.BooleanField(_("on sale"), default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0),
                name="product_price_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.name
