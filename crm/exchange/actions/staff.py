"""Saving stores, people and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from crm.exchange.actions.saving import AT_ONCE, Saving, save_rows, text
from crm.exchange.sheets.rows import Row
from crm.people.models import Department, Membership, Store, Team, User
from crm.vehicles.models import Product

POST_COLUMNS = frozenset({"role", "store", "team", "department"})
ENDS_SESSIONS = POST_COLUMNS | {"active"}


def save_stores(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update stores."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        return {"code": row.key, "name": values["name"], "region": text(values["region"])}

    save_rows(saving, rows, Store, fields)


def save_products(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update what is on sale."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        return {
            "code": row.key,
            "name": values["name"],
            "line": text(values["line"]),
            "price": values["price"],
            "active": values["active"],
        }

    save_rows(saving, rows, Product, fields)


def save_staff(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update people and their main membership; nobody gets a password here."""
    teams = ensure_teams(saving, rows)
    departments = ensure_departments(row.values["department"] for row in rows)
    new = [row for row in rows if row.is_new]
    changed = [row for row in rows if not row.is_new and row.changed]

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        found: dict[str, Any] = {
            "username": row.key,
            "name": values["name"],
            "phone": text(values["phone"]),
            "email": text(values["email"]),
            "is_active": values["active"],
        }
        if row.is_new:
            found["password"] = make_password(None)
        elif row.changed & ENDS_SESSIONS:
            found["session_epoch"] = F("session_epoch") + 1
        return found

    def post(row: Row) -> dict[str, Any]:
        store = saving.pk("Stores", row.values["store"])
        return {
            "role": row.values["role"],
            "store_id": store,
            "team_id": teams.get((store, text(row.values["team"]))),
            "department_id": departments.get(text(row.values["department"])),
        }

    save_rows(saving, rows, User, fields)
    save_posts(saving, new, changed, post)


def save_posts(saving: Saving, new: Sequence[Row], changed: Sequence[Row], post: Any) -> None:
    """The main membership of each new person, and of those whose role or place changed."""
    today = timezone.localdate(saving.now)
    main: dict[int, Membership] = {}
    moved = {saving.pks["Staff"][row.key]: row for row in changed if row.changed & POST_COLUMNS}
    for membership in Membership.objects.valid_on(today).filter(user__in=moved):
        main.setdefault(membership.user_id, membership)
    made = []
    for row in new:
        user = saving.pks["Staff"][row.key]
        made.append(Membership(user_id=user, valid_from=today, **post(row)))
    for user, row in moved.items():
        if user not in main:
            made.append(Membership(user_id=user, valid_from=today, **post(row)))
        else:
            Membership.objects.filter(pk=main[user].pk).update(
                version=F("version") + 1, **post(row)
            )
    Membership.objects.bulk_create(made, batch_size=AT_ONCE)


def ensure_teams(saving: Saving, rows: Sequence[Row]) -> dict[tuple[int | None, str], int]:
    """Every store and team name on the staff list to the team's primary key."""
    wanted = {
        (saving.pks["Stores"][row.values["store"]], str(row.values["team"]))
        for row in rows
        if row.values["store"] and row.values["team"]
    }
    Team.objects.bulk_create(
        [Team(store_id=store, name=name) for store, name in sorted(wanted, key=str)],
        ignore_conflicts=True,
    )
    found = Team.objects.filter(name__in={name for _store, name in wanted})
    return {(team.store_id, team.name): team.pk for team in found}


def ensure_departments(names: Any) -> dict[str, int]:
    """Department names to primary keys; unknown ones are made."""
    wanted = sorted({str(name) for name in names if name})
    Department.objects.bulk_create(
        [Department(name=name) for name in wanted], ignore_conflicts=True
    )
    return dict(Department.objects.filter(name__in=wanted).values_list("name", "pk"))
