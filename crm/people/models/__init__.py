"""Users, places, memberships, delegations, one-time links, second steps and devices."""

from crm.people.models.links import DemoFloor, GrantQuerySet, OneTimeLink, RoleGrant
from crm.people.models.places import (
    Department,
    PublicIdField,
    Store,
    Team,
    new_public_id,
    new_public_ids,
    public_id_of,
)
from crm.people.models.sign_in import (
    Device,
    DeviceQuerySet,
    RecoveryCode,
    SecondStep,
    SecondStepRule,
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
    "Device",
    "DeviceQuerySet",
    "GrantQuerySet",
    "Membership",
    "OneTimeLink",
    "PublicIdField",
    "RecoveryCode",
    "Role",
    "RoleGrant",
    "SecondStep",
    "SecondStepRule",
    "Store",
    "Team",
    "Theme",
    "User",
    "UserQuerySet",
    "new_public_id",
    "new_public_ids",
    "public_id_of",
    "reach_of",
]
