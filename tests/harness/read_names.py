"""The names a part of the product reads from a request without a form field, by its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("crm", "followups", "visits", "complaints")
# What a request's body and query are called where they are read.
SENT = {"POST", "sent", "posted"}
ASKED = {"GET", "query", "asked", "data"}
READERS = {"get", "getlist", "pop"}


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Everything that stands in a module, parsed and walked once."""
    return tuple(ast.walk(ast.parse(file.read_text())))


@cache
def read_by(file: Path, called: frozenset[str]) -> frozenset[str]:
    """The names a module reads: `X.get("name")`, `X["name"]` and `"name" in X`."""
    return frozenset(_read(file, called))


def _read(file: Path, called: frozenset[str]) -> Iterator[str]:
    for node in nodes(file):
        source, name = _reading(node)
        text = name.value if isinstance(name, ast.Constant) else None
        if isinstance(text, str) and _last(source) in called:
            yield text


def _reading(node: ast.AST) -> tuple[ast.AST | None, ast.AST | None]:
    match node:
        case ast.Call(func=ast.Attribute(value=source, attr=attr), args=[name, *_]):
            return (source, name) if attr in READERS else (None, None)
        case ast.Subscript(value=source, slice=name):
            return source, name
        case ast.Compare(left=name, ops=[ast.In()], comparators=[source]):
            return source, name
    return None, None


def _last(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def posted_to(module: str) -> frozenset[str]:
    """What the module of a view reads from a form's body, with the modules beside it it uses."""
    file = _file(module)
    beside = {
        node.module
        for node in nodes(file)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith(f"{module.rpartition('.')[0]}.")
    }
    files = [file, *(path for name in beside if (path := _file(name)).exists())]
    return frozenset().union(*(read_by(path, frozenset(SENT)) for path in files))


@cache
def asked_of(room: str) -> frozenset[str]:
    """What a room reads from the query string of its addresses, and the filters of its lists."""
    found: set[str] = set()
    for file in (ROOT / room.replace(".", "/")).rglob("*.py"):
        found |= {*read_by(file, frozenset(ASKED)), *_filters(file)}
    return frozenset(found)


def _filters(file: Path) -> Iterator[str]:
    """The names of `Filter("name", …)` and of `carried=("name", …)`."""
    for node in nodes(file):
        match node:
            case ast.Call(func=ast.Name(id="Filter"), args=[ast.Constant(value=str(name)), *_]):
                yield name
            case ast.keyword(arg="carried", value=ast.Tuple(elts=names)):
                yield from (str(one.value) for one in names if isinstance(one, ast.Constant))


@cache
def asked_anywhere() -> frozenset[str]:
    """What any list or page of the product reads from an address."""
    return frozenset().union(*(asked_of(room) for room in ROOMS))


def _file(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
