"""Customers, their cards (one purchase each), owners, levels, timeline and conflicts."""

from crm.customers.models.cards import (
    Card,
    CardQuerySet,
    CardState,
    Customer,
    CustomerQuerySet,
    Gender,
    Language,
    Level,
    PurchaseMethod,
    Source,
)
from crm.customers.models.consent import Consent, Wish
from crm.customers.models.held_numbers import HeldNumber, NumberKey
from crm.customers.models.history import (
    VEILED,
    Assessment,
    LevelChange,
    PhoneView,
    Recovery,
    TimelineEntry,
)
from crm.customers.models.ownership import Ownership, OwnershipConflict
from crm.customers.models.scope import CARD_READERS, SALES_READERS, CaseAccess, row_scope

__all__ = [
    "CARD_READERS",
    "SALES_READERS",
    "VEILED",
    "Assessment",
    "Card",
    "CardQuerySet",
    "CardState",
    "CaseAccess",
    "Consent",
    "Customer",
    "CustomerQuerySet",
    "Gender",
    "HeldNumber",
    "Language",
    "Level",
    "LevelChange",
    "NumberKey",
    "Ownership",
    "OwnershipConflict",
    "PhoneView",
    "PurchaseMethod",
    "Recovery",
    "Source",
    "TimelineEntry",
    "Wish",
    "row_scope",
]
