"""Nothing people write is handed to a page as markup, and no page asks for more than its policy
allows (D8, D10, D11, D14 to D16)."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

from crm.worker import RECURRING, TASKS

ROOT = Path(__file__).resolve().parents[2]
OURS = ("crm", "followups", "visits", "complaints")
# Pieces of our own templates with words put in, each escaped: tests/ui/test_moulds.py.
JOINS_PIECES = {
    "crm/ui/moulds.py",
}
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
STATEMENT, VALUE = re.compile(r"\{%.*?%\}", re.S), re.compile(r"\{\{.*?\}\}", re.S)
CLASS = re.compile(r'\sclass="([^"]*)"')
# The worker's tasks by the state of a job.
BY_STATE = {"crm/exchange/actions/jobs.py"}
RAW = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off|\{%\s*debug")
LOOSE = re.compile(
    r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|hx-on|data-bs-html|javascript:|["'{]js:"""
    r"""|<script(?![^>]*\ssrc=)(?![^>]*application/json)|<style|<base\b|srcdoc"""
)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the product by its path, parsed once for all these tests."""
    paths = [path for room in OURS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in paths)


def called(node: ast.AST) -> str:
    """The last name of what is called."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def static(*kinds: str) -> str:
    """All of our and the vendors' files of these kinds."""
    paths = [p for kind in kinds for p in sorted((ROOT / "static").rglob(f"*.{kind}"))]
    return "\n".join(path.read_text() for path in paths)


def test_every_class_of_a_page_means_something() -> None:
    """A style sheet has it, or a script looks for it."""
    known = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", static("css")))
    known |= set(re.findall(r"[\w-]+", static("js")))
    unknown = {}
    for path in templates():
        page = STATEMENT.sub(" ", VALUE.sub("\0", path.read_text()))
        used = {name for found in CLASS.findall(page) for name in found.split()}
        whole = {name for name in used if "\0" not in name and not name.endswith("-")}
        unknown[path.name] = whole - known
    assert {name: classes for name, classes in unknown.items() if classes} == {}


def test_every_icon_is_drawn_somewhere() -> None:
    """Each is on everybody's first visit."""
    code = [p.read_text() for room in OURS for p in sorted((ROOT / room).rglob("*.py"))]
    asked = "\n".join([*code, *(p.read_text() for p in templates()), static("js")])
    drawn = set(re.findall(r"""["'#]([a-z0-9-]+)["']""", asked))
    names = set(re.findall(r'<symbol[^>]*\sid="([^"]+)"', static("svg")))
    assert len(names) > 50
    assert names - drawn == set()


def test_no_page_takes_words_for_markup() -> None:
    assert len(templates()) > 100
    assert [p.name for p in templates() if RAW.search(p.read_text())] == []


def test_no_page_holds_a_script_a_style_or_a_handler() -> None:
    loose = {
        p.name: found[0] for p in templates() if (found := LOOSE.search(TAG.sub("", p.read_text())))
    }
    assert loose == {}


def test_the_nets_would_catch_them() -> None:
    for bad in ("{{ x|safe }}", "{{ x | safeseq }}", "{% autoescape off %}"):
        assert RAW.search(bad)
    for bad in ('<p style="x">', "<b onclick='x'>", "<script>", '<a hx-on:click="x">'):
        assert LOOSE.search(bad)
    drawn = '<script src="x"></script>{% when a style="date" %}'
    assert not LOOSE.search(TAG.sub("", drawn))


def is_constant(node: ast.AST) -> bool:
    """Whether the first argument is written down."""
    return isinstance(node, ast.Call) and all(isinstance(a, ast.Constant) for a in node.args[:1])


def test_no_code_makes_markup_of_words() -> None:
    loose = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if called(node) in {"mark_safe", "SafeString", "SafeText", "HTML"}
        and not is_constant(node)
        and name not in JOINS_PIECES
    ]
    assert loose == []


def written_down(tree: ast.Module) -> set[str]:
    """Names that are only ever given a constant."""
    given: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    fixed = isinstance(node.value, ast.Constant)
                    given[target.id] = given.get(target.id, True) and fixed
    return {name for name, fixed in given.items() if fixed}


def test_markup_is_made_from_constants_alone() -> None:
    """`format_html` escapes its arguments, so its first one is written down here."""
    loose = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called(node) in {"format_html", "format_html_join"}
        and not is_constant(node)
        and not (isinstance(node.args[0], ast.Name) and node.args[0].id in written_down(tree))
    ]
    assert loose == []


def test_no_filter_is_built_from_an_address() -> None:
    """`filter(**request.GET)` would ask for columns nobody shows (D8)."""
    loose = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if called(node) in {"filter", "exclude", "get", "order_by", "update"}
        for word in ast.walk(node)
        if isinstance(word, ast.Attribute)
        and word.attr in {"GET", "POST"}
        and isinstance(node, ast.Call)
        and any(
            isinstance(arg.value, ast.AST) and word in ast.walk(arg.value)
            for arg in node.keywords
            if arg.arg is None
        )
    ]
    assert loose == []


def test_there_is_no_admin_and_no_way_to_name_a_task_from_a_page() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    writers = [
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django_q.models" and "views" in name
    ]
    assert writers == []


def test_a_task_is_named_in_the_code_that_asks_for_it() -> None:
    """The first argument of `async_task` is a constant of the module, never a value (D11)."""
    loose = []
    for name, tree in sources():
        constants = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or called(node) != "async_task":
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) or name in BY_STATE:
                continue
            if not (isinstance(first, ast.Name) and first.id in constants):
                loose.append(f"{name}:{node.lineno}")
    assert loose == []


def test_the_worker_may_run_what_the_code_names_and_nothing_more() -> None:
    """Every task's path that stands anywhere in the code is in `crm.worker`, and the reverse."""
    written = {
        node.value
        for name, tree in sources()
        if name != "crm/worker.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z_.]+\.tasks\.[a-z_]+", node.value)
    }
    assert len(written) > 5, "the search has gone blind"
    assert written | {work.path for work in RECURRING} == TASKS
