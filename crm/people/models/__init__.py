"""Users, stores, teams, departments, memberships, delegations and one-time links."""

from crm.people.models.links import DemoFloor, GrantQuerySet, OneTimeLink, RoleGrant
from crm.people.models.places import (
    Department,
    PublicIdField,
    Store,
    Team,
    new_public_id,
)
from crm.people.models.users import (
    Delegation,
    Membership,
    Role,
    Theme,
    User,
    UserQuerySet,
    reach_of,
)

__all__ = [
    "Delegation",
    "DemoFloor",
    "Department",
    "GrantQuerySet",
    "Membership",
    "OneTimeLink",
    "PublicIdField",
    "Role",
    "RoleGrant",
    "Store",
    "Team",
    "Theme",
    "User",
    "UserQuerySet",
    "new_public_id",
    "reach_of",
]
