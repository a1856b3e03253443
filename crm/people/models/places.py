"""Stores, teams and departments, and the random id every address uses."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.people import roles

if TYPE_CHECKING:
    from crm.people.models.users import User

PUBLIC_ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PUBLIC_ID_LENGTH = 14
OWN_LETTERS = 10
# A byte as a letter; those left over after whole rounds of the alphabet would favour its start.
ROUNDS = 256 // len(PUBLIC_ID_ALPHABET) * len(PUBLIC_ID_ALPHABET)
LETTERS = bytes(ord(PUBLIC_ID_ALPHABET[n % len(PUBLIC_ID_ALPHABET)]) for n in range(256))
UNEVEN = bytes(range(ROUNDS, 256))


def new_public_id() -> str:
    """A random id for addresses: about 69 bits, no look-alike characters."""
    return random_letters(PUBLIC_ID_LENGTH)


def public_id_of(*words: str) -> str:
    """The id of what these words name, always the same; as random as the words are."""
    found = hashlib.sha256("\0".join(words).encode()).digest()
    return found.translate(LETTERS, UNEVEN).decode()[:PUBLIC_ID_LENGTH]


def new_public_ids(count: int) -> list[str]:
    """Ids for rows written together: alike in their first letters, about 49 random bits each.

    So they lie beside each other in the index, and a batch touches a few of its pages instead
    of one for every row.
    """
    start = random_letters(PUBLIC_ID_LENGTH - OWN_LETTERS)
    ends = count * OWN_LETTERS
    found = random_letters(ends)
    return [start + found[at : at + OWN_LETTERS] for at in range(0, ends, OWN_LETTERS)]


def random_letters(count: int) -> str:
    """So many letters of the alphabet, each as likely as any other."""
    found = ""
    while len(found) < count:
        drawn = secrets.token_bytes(count - len(found) + 4)
        found += drawn.translate(LETTERS, UNEVEN).decode()
    return found[:count]


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """A random id made in Python; migrations see a plain text column and import nothing of ours."""

    def __init__(self, **options: Any) -> None:
        fixed = {"max_length": 22, "unique": True, "default": new_public_id, "editable": False}
        super().__init__(**{**options, **fixed})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As Django's own field, without the default."""
        name, _path, args, options = super().deconstruct()
        options.pop("default")
        return name, "django.db.models.CharField", args, options


def sees_every_place(user: User) -> bool:
    """Whether the whole group's stores, teams and people are this person's to read."""
    return user.reach.has(roles.ADMIN, roles.PRIVACY_OFFICER, roles.GENERAL_MANAGER)


def own_stores(user: User) -> frozenset[int]:
    """Ids of the stores in which this person holds any post."""
    return user.reach.stores_as(*roles.ALL_ROLES)


class StoreQuerySet(models.QuerySet["Store"]):
    def visible_to(self, user: User) -> StoreQuerySet:
        """Every store for whoever answers for the group, else those one works in."""
        return self if sees_every_place(user) else self.filter(pk__in=own_stores(user))


class Store(models.Model):
    """One dealership location."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    region = models.CharField(_("region"), max_length=60, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        """The teams of the stores this person may see."""
        return self if sees_every_place(user) else self.filter(store__in=own_stores(user))


class Team(models.Model):
    """A group of people in one store, led by its supervisors."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="teams", verbose_name=_("store")
    )
    name = models.CharField(_("name"), max_length=60)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["store__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="team_name_once_per_store")
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, user: User) -> DepartmentQuerySet:
        """Departments serve every store; whoever works in one or manages people sees them."""
        some_post = Q() if user.reach.posts else Q(pk__in=[])
        return self.filter(some_post)


class Department(models.Model):
    """A department that answers for problems: technical, product, logistics … (PR-07)."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    head = models.ForeignKey(
        "people.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head"),
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
