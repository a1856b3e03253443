"""What the two tables of this folder say: the matrix of rights and the map of addresses.

``matrix.csv`` names for every object, verb and role the scope of rows allowed (``none`` where
refused). ``urls.csv`` names for every address the object and verb it serves, the kind of row it
is about (empty for a page without one) and what a plausible form or query carries. The product
reads neither, or the test would prove nothing.
"""

import csv
import inspect
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

HERE = Path(__file__).resolve().parent
ROLES = (
    *("salesperson", "sales_supervisor", "service_agent", "service_supervisor", "marketer"),
    *("marketing_supervisor", "handler", "auditor", "reception", "manager", "general_manager"),
    *("privacy_officer", "admin"),
)
OUTSIDERS = ("customer_link", "anonymous")
ACTORS = (*ROLES, *OUTSIDERS)
VERBS = ("see", "create", "edit", "approve", "reassign", "export")
SCOPES = ("none", "own", "case", "team", "store", "all")


@dataclass(frozen=True)
class Address:
    """One row of ``urls.csv``."""

    name: str
    object: str
    verb: str
    target: str
    body: dict[str, str]


@cache
def matrix() -> dict[tuple[str, str, str], str]:
    """(object, verb, role) → scope."""
    with (HERE / "matrix.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["object"], row["verb"], row["role"]): row["scope"] for row in rows}
    assert len(found) == len(rows), "a cell stands twice in matrix.csv"
    return found


@cache
def addresses() -> dict[str, Address]:
    """URL name → its row."""
    with (HERE / "urls.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        row["name"]: Address(
            row["name"], row["object"], row["verb"], row["target"], dict(parse_qsl(row["body"]))
        )
        for row in rows
    }
    assert len(found) == len(rows), "an address stands twice in urls.csv"
    return found


@cache
def patterns() -> dict[str, tuple[str, ...]]:
    """Every address of the product: URL name with its room → the names of its parts."""
    return dict(sorted((name, parts) for name, parts, _view in walk(get_resolver(), (), ())))


@cache
def posts() -> set[str]:
    """Every address of the product that takes a form."""
    return {name for name, _parts, view in walk(get_resolver(), (), ()) if takes_post(view)}


def takes_post(view: Callable[..., Any]) -> bool:
    """Whether none of a view's decorators keeps forms away."""
    inner: Any = view
    while inner is not None:
        told = inspect.getclosurevars(inner).nonlocals if inspect.isfunction(inner) else {}
        if "request_method_list" in told:
            return "POST" in told["request_method_list"]
        inner = getattr(inner, "__wrapped__", None)
    return True


def walk(
    resolver: URLResolver, rooms: tuple[str, ...], parts: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...], Callable[..., Any]]]:
    found = []
    for entry in resolver.url_patterns:
        inner = (*parts, *entry.pattern.converters)
        if isinstance(entry, URLPattern):
            name = ":".join((*rooms, entry.name or f"unnamed {entry.pattern}"))
            found.append((name, inner, entry.callback))
        else:
            room = (entry.namespace,) if entry.namespace else ()
            found += walk(entry, (*rooms, *room), inner)
    return found


def scope(address: Address, role: str, verb: str = "") -> str:
    """How far this role's right to the address reaches."""
    return matrix()[address.object, verb or address.verb, role]


def readers(address: Address) -> list[str]:
    """Every role that may open it; on PostgreSQL one, always the same, and all with TEST_FULL.

    Who may read what is decided alike on both databases; there each page's statements are tried.
    """
    may = [role for role in ROLES if scope(address, role) != "none"]
    if connection.vendor == "sqlite" or os.environ.get("TEST_FULL"):
        return may
    return sorted(may, key=lambda role: zlib.crc32(f"{address.name} {role}".encode()))[:1]


def one_per_scope(address: Address) -> list[str]:
    """The first role of each scope that may open it; every role with TEST_FULL."""
    may = readers(address)
    if os.environ.get("TEST_FULL"):
        return may
    return list({scope(address, role): role for role in reversed(may)}.values())


def expected(address: Address, role: str, side: str) -> set[str]:
    """What a request may end in: ``allowed``, ``refused`` (403), ``hidden`` (404), ``sign in``.

    ``side`` says where the row lies: ``inside`` or ``outside`` the role's scope.
    """
    reach = scope(address, role)
    if reach == "none" and role in OUTSIDERS:
        return {"sign in"}
    if not address.target or side == "inside":
        return {"allowed"} if reach != "none" else {"refused", "hidden"}
    if reach == "all":
        return {"allowed"}
    sees_further = SCOPES.index(scope(address, role, "see")) > SCOPES.index(reach)
    return {"refused", "hidden"} if reach == "none" or sees_further else {"hidden"}
