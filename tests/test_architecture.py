"""The shape of the house that imports alone cannot show; the import contracts hold the rest."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

from crm.records.models import Record

ROOT = Path(__file__).resolve().parent.parent
OURS = ("crm", "followups", "visits", "complaints")
TOP = {
    *("manage.py", "dev.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock"),
    *("README.md", "LICENSE", ".gitignore", ".ci", "docs", "locale", "templates", "static"),
    *("tests", *OURS),
}
PRIVATE = {".git", ".venv", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
SHELVES = {
    *("models", "access", "queues", "kpis", "actions", "forms", "views", "urls", "tasks"),
    *("receivers", "signals", "admin", "apps", "management", "migrations"),
}
EXCEPTIONS = {
    *("crm.settings", "crm.environment", "crm.logs", "crm.urls", "crm.wsgi", "crm.worker"),
    *("crm.notices.dispatch", "crm.notices.channels"),
    *("crm.reports.board", "crm.reports.weekly", "crm.exchange.sheets"),
    *("crm.customers.duplicates", "crm.records.audit", "crm.records.bulk"),
    "crm.home.context_processors",
    *("crm.people.middleware", "crm.records.middleware", "crm.ui", "crm.home.demo"),
}
FORBIDDEN_NAMES = {"core", "common", "utils", "util", "helpers", "services", "misc", "base"}


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the product, migrations left out."""
    found = [ROOT / "manage.py", ROOT / "dev.py"]
    for room in OURS:
        found += [p for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]
    return tuple(sorted(found))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code from ``def`` to the end; the docstring promises and does not count."""
    total = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        total -= (first.end_lineno or 0) - first.lineno + 1
    return total


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def is_views(path: Path) -> bool:
    return path.name == "views.py" or "views" in path.parts[-2:-1]


# --- names and sizes ---------------------------------------------------------------------


def test_the_top_level_holds_only_what_the_plan_names() -> None:
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".import_linter")}
    assert found - PRIVATE <= TOP, sorted(found - PRIVATE - TOP)


def test_no_module_is_longer_than_400_lines_and_most_are_under_250() -> None:
    long = [f"{p.relative_to(ROOT)} {lines(p)}" for p in modules() if lines(p) > 400]
    long += [p.name for p in (ROOT / "tests").rglob("*.py") if lines(p) > 600]
    assert not long, long
    sizes = sorted(lines(p) for p in modules() if p.parent != ROOT)
    assert sizes[int(len(sizes) * 0.95)] <= 250


def test_no_template_is_longer_than_120_lines() -> None:
    long = [p.name for p in (ROOT / "templates").rglob("*.html") if lines(p) > 120]
    assert not long, long


def test_no_function_is_longer_than_40_lines_and_no_view_than_30() -> None:
    long = [
        f"{where(path, function)} {function.name} {length(function)}"
        for path in modules()
        for function in functions(path)
        if length(function) > (30 if is_views(path) else 40)
    ]
    assert not long, long


def test_every_room_keeps_to_the_shelves() -> None:
    """A module off the shelves is a pure rule, named after it, or one of the named exceptions."""
    stray = []
    for path in modules():
        name = dotted(path)
        room = name.split(".")[2 if name.startswith("crm.") else 1 :]
        if set(name.split(".")) & FORBIDDEN_NAMES:
            stray.append(name)
        if not room or room[0] in SHELVES or any(is_under(name, known) for known in EXCEPTIONS):
            continue
        if any(imported.split(".")[0] in {"django", "django_q"} for imported in imports(path)):
            stray.append(name)
    assert not stray, stray


def is_under(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_what_calls_itself_pure_reaches_no_django() -> None:
    """Neither by itself nor by what of ours it imports."""
    ours = {dotted(path): path for path in modules()}
    impure = []
    for name, path in ours.items():
        if not re.search(r"\bPure\b", ast.get_docstring(tree(path)) or ""):
            continue
        seen, waiting = {name}, [name]
        while waiting:
            for imported in imports(ours[waiting.pop()]):
                if imported.startswith("django"):
                    impure.append(f"{name}: {imported}")
                reached = {imported, imported.rpartition(".")[0]} & ours.keys() - seen
                seen |= reached
                waiting += reached
    assert not impure, impure


def test_the_project_package_is_empty() -> None:
    assert (ROOT / "crm" / "__init__.py").read_text() == ""


# --- imports -----------------------------------------------------------------------------


def test_nothing_is_imported_inside_a_function_but_receivers_in_ready() -> None:
    hidden = [
        where(path, node)
        for path in modules()
        for function in functions(path)
        if function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, hidden


def test_urls_and_the_table_of_recurring_work_import_no_room() -> None:
    for name in ("urls.py", "wsgi.py", "worker.py"):
        path = ROOT / "crm" / name
        if path.exists():
            ours = [found for found in imports(path) if found.split(".")[0] in OURS]
            assert not ours, (name, ours)


def test_each_path_of_the_table_of_recurring_work_can_be_called() -> None:
    source = (ROOT / "crm" / "worker.py").read_text()
    paths = re.findall(r'"((?:crm|followups|visits|complaints)\.[\w.]+)"', source)
    assert paths
    for path in paths:
        module, _, name = path.rpartition(".")
        assert callable(getattr(import_module(module), name)), path


def test_migrations_are_named_and_import_nothing_of_ours() -> None:
    wrong = []
    for room in OURS:
        for path in (ROOT / room).rglob("migrations/*.py"):
            if path.name == "__init__.py":
                continue
            if "auto" in path.stem or not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem):
                wrong.append(f"{path.relative_to(ROOT)} is not named")
            wrong += [
                f"{path.relative_to(ROOT)} imports {name}"
                for name in imports(path)
                if name.split(".")[0] in OURS
            ]
    assert not wrong, wrong


# --- models ------------------------------------------------------------------------------


def floors() -> dict[str, int]:
    """Room → height, read from the import contract, the ground floor being 0."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["id"] == "floors")
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def our_models() -> list[type]:
    return [m for m in apps.get_models() if m.__module__.split(".")[0] in OURS]


def test_foreign_keys_point_down_the_floors() -> None:
    height = floors()
    upwards = []
    for model in our_models():
        own = apps.get_app_config(model._meta.app_label).name
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, Field) or target is None:
                continue
            other = apps.get_app_config(target._meta.app_label).name
            if other in height and height[other] > height[own]:
                upwards.append(f"{model.__name__}.{field.name} → {target.__name__}")
            if other in height and height[other] == height[own] and other != own:
                upwards.append(f"{model.__name__}.{field.name} → its neighbour {target.__name__}")
    assert not upwards, upwards


def test_there_is_no_generic_foreign_key() -> None:
    users = [dotted(p) for p in modules() if "GenericForeignKey" in p.read_text()]
    assert not users, users


def test_nothing_overrides_save() -> None:
    overriding = [
        where(path, node)
        for path in modules()
        for holder in ast.walk(tree(path))
        if isinstance(holder, ast.ClassDef)
        for node in holder.body
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    ]
    assert not overriding, overriding


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_business_row_is_seen_through_its_scope(model: type) -> None:
    if issubclass(model, Record):
        assert hasattr(model._default_manager, "visible_to"), model


# --- views, forms and templates ----------------------------------------------------------


def test_views_reach_rows_only_through_visible_to() -> None:
    loose = []
    for path in filter(is_views, modules()):
        guarded = {
            id(node.value)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and node.attr == "visible_to"
        }
        for node in ast.walk(tree(path)):
            bare = isinstance(node, ast.Attribute) and node.attr == "objects"
            if bare and id(node) not in guarded:
                loose.append(where(path, node))
            if is_bare_lookup(node):
                loose.append(where(path, node))
    assert not loose, loose


def is_bare_lookup(node: ast.AST) -> bool:
    """Whether it is ``get_object_or_404(Model, …)``, which looks past the scope."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
        return False
    named = node.func.id in {"get_object_or_404", "get_list_or_404"}
    first = node.args[0]
    return named and isinstance(first, ast.Name) and first.id[:1].isupper()


def test_forms_name_their_fields() -> None:
    loose = [
        where(path, node)
        for path in modules()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and node.value == "__all__")
        or (
            {"forms.py", "forms"} & {*path.parts}
            and isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == "exclude" for t in node.targets)
        )
    ]
    assert not loose, loose


def test_nothing_switches_a_protection_off() -> None:
    banned = re.compile(r"\b(csrf_exempt|mark_safe|xframe_options_exempt)\b")
    users = [dotted(p) for p in modules() if p.name != "dev.py" and banned.search(p.read_text())]
    assert not users, users


def test_only_public_pages_are_open_without_sign_in() -> None:
    """Sign-in, one-time links, the health page and the public questionnaire; nothing else."""
    opened = [
        f"{dotted(path)}.{function.name}"
        for path in modules()
        for function in functions(path)
        if any("login_not_required" in ast.unparse(d) for d in function.decorator_list)
    ]
    allowed = {"crm.home.views", "crm.notices.views.health", "crm.people.views"}
    allowed |= {"crm.notices.views.doors"}
    assert {name.rpartition(".")[0].removesuffix(".accounts") for name in opened} <= allowed, opened
    doors = [dotted(path) for path in modules() if "crm.notices.views.doors" in imports(path)]
    assert set(doors) == {"complaints.views.outside", "visits.views.survey"}


BANNED_IN_TEMPLATES = {
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>",
    "an inline style": r"<style|\sstyle\s*=",
    "a handler": r"\son[a-z]+\s*=|\shx-on|\bjs:|data-bs-html",
    "text past the escaping": r"\|\s*safe(seq)?\b",
    "an address elsewhere": r"(src|href)=[\"'](https?:)?//",
}


def test_no_template_switches_the_escaping_off() -> None:
    found = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"autoescape\s+off", path.read_text())
    ]
    assert not found, found


@pytest.mark.parametrize("what", BANNED_IN_TEMPLATES)
def test_templates_hold_no(what: str) -> None:
    pattern = re.compile(BANNED_IN_TEMPLATES[what], re.IGNORECASE)
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if pattern.search(re.sub(r"{%.*?%}", "", path.read_text()))
    ]
    assert not found, found
