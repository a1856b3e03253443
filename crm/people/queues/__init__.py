"""Lists of people: the staff, sign-ins offered, possible deputies, what waits for a decision."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    Count,
    F,
    FilteredRelation,
    Min,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import (
    Delegation,
    DemoFloor,
    Device,
    DeviceQuerySet,
    GrantQuerySet,
    Membership,
    OneTimeLink,
    Role,
    RoleGrant,
    SecondStep,
    SecondStepRule,
    Store,
    User,
    UserQuerySet,
)
from crm.ui.lists import Chip, Filter, ListSpec, Sort


@dataclass(frozen=True)
class DemoSignIn:
    """One made-up person the sign-in page offers while the demo data exist."""

    username: str
    name: str
    role: str


def demo_floor() -> DemoFloor | None:
    """The mark of demo data; None in a real installation."""
    return DemoFloor.objects.order_by("id").first()


def demo_sign_ins() -> list[DemoSignIn]:
    """One person per role of the demo floor, in the order of the roles; none without the mark."""
    if demo_floor() is None:
        return []
    firsts = (
        Membership.objects.filter(user__is_active=True)
        .order_by()
        .values("role")
        .annotate(first=Min("id"))
        .values("first")
    )
    found = Membership.objects.filter(pk__in=firsts).select_related("user")
    by_role = {post.role: post for post in found}
    return [
        DemoSignIn(post.user.username, post.user.name, str(post.get_role_display()))
        for post in (by_role[role] for role in roles.ALL_ROLES if role in by_role)
    ]


def hash_of_token(token: str) -> str:
    """What is kept of a one-time token: nobody who reads the database can use the link."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_link(token: str, now: dt.datetime) -> OneTimeLink | None:
    """The link behind a token, while it may still be used."""
    rows = OneTimeLink.objects.open(now).select_related("user")
    return rows.filter(token_hash=hash_of_token(token)).first()


def is_known_link(token: str) -> bool:
    """Whether a link was made with this token, used and expired ones among them: no guess."""
    return OneTimeLink.objects.filter(token_hash=hash_of_token(token)).exists()


def was_mailed_lately(user: User, now: dt.datetime) -> bool:
    """Whether a reset link was mailed within two minutes: one impatient hand, one mail."""
    since = now - dt.timedelta(minutes=2)
    own = OneTimeLink.objects.filter(user=user, kind=OneTimeLink.Kind.RESET, made_by=None)
    return own.filter(made_at__gt=since).exists()


def people_to_reset(typed: str) -> list[int]:
    """Ids of the active users with this username or mail address, five at most."""
    rows = User.objects.filter(is_active=True).exclude(email="")
    found = rows.filter(Q(username=typed) | Q(email__iexact=typed))
    return list(found.order_by("id").values_list("pk", flat=True)[:5])


def has_administrator(day: dt.date) -> bool:
    """Whether anybody administers this installation."""
    return User.objects.holding(roles.ADMIN, day).exists()


def second_person_has_signed_in() -> bool:
    """Whether a general manager or privacy officer has ever signed in."""
    posts = Membership.objects.filter(role__in=roles.SECONDS).values("user")
    return User.objects.filter(pk__in=posts, last_login__isnull=False).exists()


def staff(viewer: User, day: dt.date) -> UserQuerySet:
    """The users this person may read, each with `posts`: what they hold on `day`.

    Filters may name `post`, the relation to those same posts.
    """
    posts = Membership.objects.valid_on(day).select_related("store", "team", "department")
    lasting = Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gte=day)
    now = FilteredRelation("memberships", condition=Q(lasting, memberships__valid_from__lte=day))
    rows = User.objects.visible_to(viewer).annotate(post=now).distinct()
    return rows.prefetch_related(Prefetch("memberships", queryset=posts, to_attr="posts"))


def staff_list(stores: Iterable[Store]) -> ListSpec:
    """The staff by name, filtered by state and by role and store of a post held today."""
    ids = frozenset(store.public_id for store in stores)
    return ListSpec(
        sorts=(Sort("name", _("Name"), ("username", "pk")),),
        chips=(
            Chip("active", _("Active"), Q(is_active=True)),
            Chip("new", _("Never signed in"), Q(is_active=True, last_login__isnull=True)),
            Chip("inactive", _("Deactivated"), Q(is_active=False)),
            Chip("all", _("All")),
        ),
        filters=(
            Filter("role", "post__role", frozenset(Role.values)),
            Filter("store", "post__store__public_id", ids),
        ),
        carried=("q",),
        joined=True,
    )


def posts_of(user: User, day: dt.date) -> list[Membership]:
    """All posts of a user that have not ended before `day`, the main one first."""
    rows = user.memberships.select_related("store", "team", "department").order_by("id")
    return list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day)))


def possible_deputies(user: User, day: dt.date) -> QuerySet[User]:
    """Colleagues of the same stores whose role may stand in for this person's (PR-24)."""
    stores = user.reach.stores_as(*roles.ALL_ROLES)
    wanted = roles.deputies_of(user.reach.roles)
    posts = Membership.objects.valid_on(day).filter(role__in=wanted)
    if stores:
        posts = posts.filter(Q(store__in=stores) | Q(store__isnull=True))
    return (
        User.objects.filter(is_active=True, pk__in=posts.values("user"))
        .exclude(pk=user.pk)
        .order_by("name", "username")
    )


def absences_of(user: User, day: dt.date) -> QuerySet[Delegation]:
    """Absences of a user that are under way or to come."""
    rows = Delegation.objects.filter(user=user, ends_on__gte=day)
    return rows.select_related("deputy").order_by("starts_on", "id")


def grants_for(viewer: User) -> GrantQuerySet:
    """Grants this person may read, those still waiting first."""
    rows = RoleGrant.objects.visible_to(viewer)
    return rows.select_related("user", "store", "team", "asked_by", "decided_by").order_by(
        "decided_at", "-asked_at", "-id"
    )


def keys_of(salt: str) -> list[bytes]:
    """The secret an authenticator shares with us, under the signing key and each retired one."""
    return [
        salted_hmac("crm.people.second_step", salt, secret=secret, algorithm="sha256").digest()[:20]
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def may_sign_in(user_id: int) -> User | None:
    """The user of this id, while they are active."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def second_step_of(user: User) -> SecondStep | None:
    """The second step of this person, with `codes_left`."""
    left = Count("recovery_codes", filter=Q(recovery_codes__used_at=None))
    return SecondStep.objects.filter(user=user).annotate(codes_left=left).first()


def needs_second_step(user: User) -> bool:
    """Whether a role this person holds today asks for a second step."""
    return SecondStepRule.objects.filter(role__in=user.reach.roles).exists()


def has_second_step(user: User) -> bool:
    """Whether a sign-in of this person asks for a code."""
    return SecondStep.objects.filter(user=user).exists()


def without_second_step(wanted: Collection[str], day: dt.date) -> QuerySet[User]:
    """Users who hold one of these roles on `day` and have not set up a second step."""
    posts = Membership.objects.valid_on(day).filter(role__in=wanted).values("user")
    return User.objects.filter(is_active=True, second_step=None, pk__in=posts)


def roles_with_second_step() -> set[str]:
    """Roles whose holders need one."""
    return set(SecondStepRule.objects.values_list("role", flat=True))


def people_with_second_steps(viewer: User, day: dt.date) -> UserQuerySet:
    """Active users whose role needs a second step or who have one.

    Each with `posts` and `step_since`, None while it is not set up; those who lack it first.
    """
    missing = without_second_step(roles_with_second_step(), day)
    rows = staff(viewer, day).filter(is_active=True)
    kept = rows.filter(Q(pk__in=missing.values("pk")) | Q(second_step__isnull=False))
    since = F("second_step__begun_at")
    return kept.annotate(step_since=since).order_by(since.asc(nulls_first=True), "name", "pk")


def devices_of(user: User, now: dt.datetime) -> DeviceQuerySet:
    """The open sessions of this person, the latest seen first."""
    return Device.objects.filter(user=user).live(now)
