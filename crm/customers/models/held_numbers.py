"""Which customer a store holds a number for: the database lets no second one have it (D20)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crm.customers.models.cards import Customer
from crm.people.models import Store


class NumberKey(models.Model):
    """The one secret under which numbers are hashed; it is no key of the installation's settings.

    Those are changed from time to time, and a number held under the old one would be free again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    secret = models.CharField(max_length=64, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="number_key_is_one")]

    def __str__(self) -> str:
        return "number key"


class HeldNumber(models.Model):
    """A number somebody entered for a customer of a store, as its keyed hash."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="held_numbers")
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "digest"], name="number_held_once_a_store")
        ]

    def __str__(self) -> str:
        return self.digest[:8]
