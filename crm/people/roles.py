"""The thirteen roles of a dealership and which rows each one reaches. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SALESPERSON = "salesperson"
SALES_SUPERVISOR = "sales_supervisor"
SERVICE_AGENT = "service_agent"
SERVICE_SUPERVISOR = "service_supervisor"
MARKETER = "marketer"
MARKETING_SUPERVISOR = "marketing_supervisor"
HANDLER = "handler"
AUDITOR = "auditor"
RECEPTION = "reception"
MANAGER = "manager"
GENERAL_MANAGER = "general_manager"
PRIVACY_OFFICER = "privacy_officer"
ADMIN = "admin"

ALL_ROLES = (
    SALESPERSON,
    SALES_SUPERVISOR,
    SERVICE_AGENT,
    SERVICE_SUPERVISOR,
    MARKETER,
    MARKETING_SUPERVISOR,
    HANDLER,
    AUDITOR,
    RECEPTION,
    MANAGER,
    GENERAL_MANAGER,
    PRIVACY_OFFICER,
    ADMIN,
)
# Roles that work for the whole group, so their membership may name no store.
STORELESS = frozenset({GENERAL_MANAGER, PRIVACY_OFFICER, ADMIN})
# Granting these needs a second person (security matrix row 20).
GRANTED_BY_TWO = frozenset({MANAGER, GENERAL_MANAGER, PRIVACY_OFFICER, ADMIN})
# These may second such a grant.
SECONDS = frozenset({GENERAL_MANAGER, PRIVACY_OFFICER})
# Their idle sessions end soon (ASVS 7.3.1), and in a fresh installation their sign-in takes two
# steps (6.3.3): they see many people's data or grant rights.
SENIOR = frozenset(
    {
        SALES_SUPERVISOR,
        SERVICE_SUPERVISOR,
        MARKETING_SUPERVISOR,
        MANAGER,
        GENERAL_MANAGER,
        PRIVACY_OFFICER,
        ADMIN,
    }
)
# Roles whose rows are those of a team; their membership names one.
OF_A_TEAM = frozenset({SALESPERSON, SALES_SUPERVISOR})
# Who, beside holders of the same role, may stand in for an absent person.
STANDS_IN: dict[str, frozenset[str]] = {
    SALESPERSON: frozenset({SALES_SUPERVISOR, MANAGER}),
    SALES_SUPERVISOR: frozenset({MANAGER}),
    SERVICE_AGENT: frozenset({SERVICE_SUPERVISOR, MANAGER}),
    SERVICE_SUPERVISOR: frozenset({MANAGER}),
    MARKETER: frozenset({MARKETING_SUPERVISOR, MANAGER}),
    MARKETING_SUPERVISOR: frozenset({MANAGER}),
    HANDLER: frozenset({MANAGER}),
    AUDITOR: frozenset({MANAGER}),
    RECEPTION: frozenset({MANAGER}),
    MANAGER: frozenset({GENERAL_MANAGER}),
    GENERAL_MANAGER: frozenset({MANAGER}),
}


def deputies_of(held: Iterable[str]) -> frozenset[str]:
    """Roles from which somebody with the roles `held` may choose a deputy (PR-24)."""
    kept = [role for role in held if role in STANDS_IN]
    return frozenset(kept).union(*(STANDS_IN[role] for role in kept))


def may_be_held_together(held: Iterable[str]) -> bool:
    """An administrator sees no customer data, so holds no second role (security.md 1.4, 13)."""
    return ADMIN not in held or set(held) == {ADMIN}


@dataclass(frozen=True)
class Post:
    """One valid membership: a role held in a store, a team or a department."""

    role: str
    store_id: int | None = None
    team_id: int | None = None
    department_id: int | None = None
    store_name: str = ""


@dataclass(frozen=True)
class Reach:
    """What a person may reach now: the posts they hold and the people they stand in for.

    The union of all posts counts for rows; separation of duties is judged per person.
    """

    user_id: int
    posts: tuple[Post, ...] = ()
    stands_in_for: frozenset[int] = field(default_factory=frozenset)
    roles: frozenset[str] = field(init=False, repr=False, compare=False)
    # The user and everyone they deputise for today (PR-24).
    own_ids: frozenset[int] = field(init=False, repr=False, compare=False)
    # What was asked before: a list asks the same of each of its rows.
    _asked: dict[tuple[tuple[str, ...], str], frozenset[int]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(post.role for post in self.posts))
        object.__setattr__(self, "own_ids", self.stands_in_for | {self.user_id})

    @property
    def main(self) -> Post | None:
        """The first valid post: new rows take their team and store from it."""
        return self.posts[0] if self.posts else None

    def has(self, *roles: str) -> bool:
        """Whether any of these roles is held now."""
        return not self.roles.isdisjoint(roles)

    def stores_as(self, *roles: str) -> frozenset[int]:
        """Ids of the stores in which any of these roles is held."""
        return self._ids(roles, "store_id")

    def teams_as(self, *roles: str) -> frozenset[int]:
        """Ids of the teams in which any of these roles is held."""
        return self._ids(roles, "team_id")

    def departments_as(self, *roles: str) -> frozenset[int]:
        """Ids of the departments in which any of these roles is held."""
        return self._ids(roles, "department_id")

    def _ids(self, roles: tuple[str, ...], name: str) -> frozenset[int]:
        try:
            return self._asked[roles, name]
        except KeyError:
            found = (getattr(post, name) for post in self.posts if post.role in roles)
            ids = frozenset(value for value in found if value is not None)
            self._asked[roles, name] = ids
            return ids
