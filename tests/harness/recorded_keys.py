"""The keys of what the trail keeps before and after a change, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.harness.read_names import ROOMS, ROOT, nodes

SIDES = {"before", "after"}
DEEPEST = 6
Room = tuple[str, ...]
OUTSIDE = {"views", "forms", "demo"}


@dataclass(frozen=True)
class Function:
    """A function and the module it stands in."""

    path: Path
    node: ast.FunctionDef

    @property
    def room(self) -> Room:
        """Helpers are looked for beside their callers, since a name alone says little."""
        parts = self.path.relative_to(ROOT).parts
        return parts[:2] if parts[0] == "crm" else parts[:1]

    @property
    def names(self) -> list[str]:
        """Its parameters, in order."""
        return [arg.arg for arg in self.node.args.posonlyargs + self.node.args.args]

    def line(self, node: ast.AST) -> str:
        """Where a node stands."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


Key = tuple[str, str]  # what it is called, and where


@cache
def functions() -> tuple[Function, ...]:
    """Every function below the pages, the demo's made-up floor left out."""
    return tuple(
        Function(path, node)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and not OUTSIDE & set(path.parts)
    )


def recorded_keys() -> Iterator[tuple[str, str, str]]:
    """(key, where, class of the row) of all handed to `record(…, before=…, after=…)`.

    Followed through names, helpers and callers; the class is empty where the source is silent.
    """
    for function in functions():
        for call in calls_in(function.node):
            if called(call) == "record" and len(call.args) == 1:
                given = {word.arg: word.value for word in call.keywords}
                subject = class_of(given.get("obj"), function)
                for side in SIDES & set(given):
                    yield from ((*key, subject) for key in keys_in(given[side], function))


def class_of(node: ast.expr | None, function: Function) -> str:
    """What a parameter is said to be."""
    name = getattr(node, "id", "")
    args = function.node.args.args + function.node.args.kwonlyargs
    found = next((arg.annotation for arg in args if arg.arg == name), None)
    return ast.unparse(found) if found else ""


@cache
def by_name() -> dict[tuple[Room, str], list[Function]]:
    """The functions of a room by their name."""
    found: dict[tuple[Room, str], list[Function]] = {}
    for function in functions():
        found.setdefault((function.room, function.node.name), []).append(function)
    return found


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@cache
def calls_in(node: ast.FunctionDef) -> tuple[ast.Call, ...]:
    """What a function calls."""
    return tuple(one for one in ast.walk(node) if isinstance(one, ast.Call))


def keys_in(node: ast.expr, function: Function, depth: int = 0) -> Iterator[Key]:
    """The keys of the mapping this expression makes, as far as the source says them."""
    if depth > DEEPEST:
        return
    match node:
        case ast.Dict():
            yield from keys_written(node, function, depth + 1)
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            yield from keys_in(first, function, depth + 1)
            yield from keys_in(second, function, depth + 1)
        case ast.DictComp(generators=[ast.comprehension(iter=source), *_]):
            yield from keys_walked(source, function, depth + 1)
        case ast.Name(id=name):
            yield from keys_named(name, function, depth + 1)
        case ast.Call():
            yield from keys_made(node, function, depth + 1)


def keys_written(node: ast.Dict, function: Function, depth: int) -> Iterator[Key]:
    """Those of a mapping in place, of what stands in it, and of `**another`."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant):
            yield str(key.value), function.line(node)
        if key is None or isinstance(value, ast.Dict):
            yield from keys_in(value, function, depth)


def keys_made(call: ast.Call, function: Function, depth: int) -> Iterator[Key]:
    """Those of a call's answer: of `dict(a=…)`, a helper, or what is handed on made plain."""
    if called(call) == "dict":
        yield from ((word.arg, function.line(call)) for word in call.keywords if word.arg)
    for helper in by_name().get((function.room, called(call)), ()):
        yield from keys_returned(helper, depth)
    if called(call).strip("_") in {"plain", "words"}:
        for arg in call.args:
            yield from keys_in(arg, function, depth)


def keys_walked(node: ast.expr, function: Function, depth: int) -> Iterator[Key]:
    """The keys a comprehension makes of the names it walks over."""
    match node:
        case ast.Tuple(elts=names) | ast.List(elts=names) | ast.Set(elts=names):
            for one in names:
                if isinstance(one, ast.Constant):
                    yield str(one.value), function.line(node)
        case ast.Call(func=ast.Attribute(value=mapping, attr="items")):
            yield from keys_in(mapping, function, depth)
        case ast.Name(id=name):
            for one in nodes(function.path):
                match one:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        yield from keys_walked(value, function, depth + 1)


def keys_named(name: str, function: Function, depth: int) -> Iterator[Key]:
    """What is assigned to a name in a function, or handed to it as a parameter."""
    for node in ast.walk(function.node):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for one, value in zip(names, values, strict=False):
                    if isinstance(one, ast.Name) and one.id == name:
                        yield from keys_in(value, function, depth)
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=value)
                | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=target), value=value)
            ) if target == name:
                yield from keys_in(value, function, depth)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=target), slice=ast.Constant(value=key))]
            ) if target == name:
                yield str(key), function.line(node)
    yield from keys_handed(name, function, depth)


def keys_handed(name: str, function: Function, depth: int) -> Iterator[Key]:
    """What callers in the same room hand to this parameter, as `**words` too."""
    known = {*function.names, *(arg.arg for arg in function.node.args.kwonlyargs)}
    rest = function.node.args.kwarg
    is_rest = rest is not None and rest.arg == name
    if name not in known and not is_rest:
        return
    for caller, call in callers().get((function.room, function.node.name), ()):
        for word in call.keywords:
            if is_rest and word.arg and word.arg not in known:
                yield word.arg, caller.line(call)
            elif word.arg == name or (is_rest and word.arg is None):
                yield from keys_in(word.value, caller, depth)
        for arg in call.args[function.names.index(name) :][:1] if name in function.names else ():
            yield from keys_in(arg, caller, depth)


@cache
def callers() -> dict[tuple[Room, str], list[tuple[Function, ast.Call]]]:
    """Who calls a function of a room, and how."""
    found: dict[tuple[Room, str], list[tuple[Function, ast.Call]]] = {}
    for caller in functions():
        for call in calls_in(caller.node):
            found.setdefault((caller.room, called(call)), []).append((caller, call))
    return found


def keys_returned(function: Function, depth: int) -> Iterator[Key]:
    """The keys of the mapping a helper returns."""
    returns = ast.unparse(function.node.returns) if function.node.returns else ""
    if "dict[" not in returns.lower() and "Mapping[" not in returns:
        return
    for node in ast.walk(function.node):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from keys_in(node.value, function, depth)
