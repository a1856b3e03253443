"""What is on sale."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import PublicIdField


class Product(models.Model):
    """A model or variant on sale, shared by all stores."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    line = models.CharField(_("product line"), max_length=60, blank=True)
    price = models.DecimalField(
        _("list price"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    active = models.BooleanField(_("on sale"), default=True)

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
