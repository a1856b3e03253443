"""Users, the posts they hold, and who stands in for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models.places import Department, PublicIdField, Store, Team, sees_every_place
from crm.people.models.signed_in import SignedInManager
from crm.people.roles import Post, Reach
from crm.ui.statements import values_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

DEPUTY = "deputy"


class Role(models.TextChoices):
    SALESPERSON = roles.SALESPERSON, _("Salesperson")
    SALES_SUPERVISOR = roles.SALES_SUPERVISOR, _("Sales supervisor")
    SERVICE_AGENT = roles.SERVICE_AGENT, _("Customer-service agent")
    SERVICE_SUPERVISOR = roles.SERVICE_SUPERVISOR, _("Customer-service supervisor")
    MARKETER = roles.MARKETER, _("Marketer")
    MARKETING_SUPERVISOR = roles.MARKETING_SUPERVISOR, _("Marketing supervisor")
    HANDLER = roles.HANDLER, _("Department handler")
    AUDITOR = roles.AUDITOR, _("Return-visit auditor")
    RECEPTION = roles.RECEPTION, _("Front desk")
    MANAGER = roles.MANAGER, _("Store manager")
    GENERAL_MANAGER = roles.GENERAL_MANAGER, _("General manager")
    PRIVACY_OFFICER = roles.PRIVACY_OFFICER, _("Privacy officer")
    ADMIN = roles.ADMIN, _("Administrator")


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """Everybody for administrator and privacy officer, a manager's own people, else oneself.

        Security matrix row 20; the general manager decides on roles, so sees who they are for.
        """
        if sees_every_place(user):
            return self
        day = timezone.localdate()
        stores = user.reach.stores_as(roles.MANAGER)
        staff = Membership.objects.valid_on(day).filter(store__in=stores).values("user")
        return self.filter(Q(pk=user.pk) | Q(pk__in=staff))

    def matching(self, words: str) -> UserQuerySet:
        """Users whose name or username contains `words`."""
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(username__icontains=words))

    def holding(self, role: str, day: dt.date) -> UserQuerySet:
        """Users who may sign in and hold `role` on the local date `day`."""
        posts = Membership.objects.valid_on(day).filter(role=role).values("user")
        return self.filter(is_active=True, pk__in=posts)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User) -> UserQuerySet:
        """See `UserQuerySet.visible_to`."""
        return self.get_queryset().visible_to(user)

    def holding(self, role: str, day: dt.date) -> UserQuerySet:
        """See `UserQuerySet.holding`."""
        return self.get_queryset().holding(role, day)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A user with this sign-in name; without a password only a one-time link lets them in."""
        user: User = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    SYSTEM = "", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    """A person who signs in. Rights come from memberships, never from flags."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("This username is taken.")},
    )
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("email"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, blank=True)
    shortcuts_on = models.BooleanField(_("single-key shortcuts"), default=True)
    # Raised on password, role or state change: sessions that carry an older one end.
    session_epoch = models.PositiveIntegerField(default=1, editable=False)

    # The first is the default manager, which the sign-in backends read by.
    signed_in: ClassVar[SignedInManager] = SignedInManager()
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must still match: password and epoch, so that raising it ends them."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each retired signing key."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        value = f"{self.session_epoch}:{self.password}"
        salt = "crm.people.session"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def reach(self) -> Reach:
        """Posts held and people stood in for today (store's zone), read once per request."""
        return reach_of(self, timezone.localdate())


def reach_of(user: User | AnonymousUser, today: dt.date) -> Reach:
    """What `user` may reach on the local date `today`, in one statement."""
    if user.pk is None or not user.is_active:
        return Reach(user_id=0)
    rows = values_of(("reach", user.pk, today), lambda: _posts_and_absences(user.pk, today))
    found = sorted(rows, key=itemgetter("id"))
    return Reach(
        user_id=user.pk,
        posts=tuple(
            Post(
                row["role"],
                row["store_id"],
                row["team_id"],
                row["department_id"],
                row["store__name"] or "",
            )
            for row in found
            if row["role"] != DEPUTY
        ),
        stands_in_for=frozenset(row["store_id"] for row in found if row["role"] == DEPUTY),
    )


def _posts_and_absences(user_id: int, today: dt.date) -> models.QuerySet[Any, dict[str, Any]]:
    """Posts held, and below them those stood in for, under the same names of columns."""
    nothing = Cast(Value(None), models.BigIntegerField())
    posts: models.QuerySet[Any, Any] = (
        Membership.objects.valid_on(today)
        .filter(user_id=user_id)
        .order_by()
        .values("role", "store_id", "team_id", "department_id", "store__name", "id")
    )
    stand_ins = (
        Delegation.objects.valid_on(today)
        .filter(deputy_id=user_id)
        .order_by()
        .annotate(kind=Value(DEPUTY, models.CharField()), none=nothing)
        .values_list("kind", "user_id", "none", "none", Value("", models.CharField()), "id")
    )
    return posts.union(stand_ins, all=True)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> MembershipQuerySet:
        """The posts of the people one may read."""
        return self.filter(user__in=User.objects.visible_to(user))

    def valid_on(self, day: dt.date) -> MembershipQuerySet:
        """Memberships in force on the local date `day`, the main one of a user first."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day
        ).order_by("id")


class Membership(models.Model):
    """A role somebody holds in a store, team or department for a time (security.md 1.1)."""

    public_id = PublicIdField()
    version = models.PositiveIntegerField(default=1, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["role", "store"], name="membership_role_store"),
            models.Index(fields=["role", "team"], name="membership_role_team"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(store__isnull=False) | Q(role__in=sorted(roles.STORELESS)),
                name="membership_has_store",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def valid_on(self, day: dt.date) -> DelegationQuerySet:
        """Delegations in force on the local date `day`."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Delegation(models.Model):
    """An absence with a deputy who stands in and may not pass it on (PR-24)."""

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputises")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(user=F("deputy")), name="delegation_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.deputy}"
