"""No typed form that changes a row forgets the 409 page with both texts (D32)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Verbs whose form holds nothing but a button: there is no text to lose.
NOTHING_TYPED = {
    *("take_back", "remove_step", "undo_approval", "approve_plans", "end_membership"),
    *("approve_grant", "refuse_grant", "deactivate_user", "reactivate_user", "snooze_notice"),
    *("begin_version", "submit_version", "take_back_version", "discard_version"),
    *("revoke_link", "resend_mail", "remind_customer", "draw_winners", "send_report"),
    *("revoke_answer_link", "revoke_intake_link", "resend_reply", "choose_mail"),
    *("move_option", "retire_option", "bring_back_option"),
}


def versioned_verbs() -> set[str]:
    """Every action that takes the version its reader saw."""
    found = set()
    for path in ROOT.glob("**/actions*/**/*.py"):
        found |= verbs_in(path)
    for path in ROOT.glob("**/actions.py"):
        found |= verbs_in(path)
    return found - NOTHING_TYPED


def verbs_in(path: Path) -> set[str]:
    if ".venv" in path.parts or "tests" in path.relative_to(ROOT).parts:
        return set()
    rows = [node for node in ast.walk(ast.parse(path.read_text())) if is_verb(node)]
    return {row.name for row in rows if isinstance(row, ast.FunctionDef)}


def is_verb(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
        return False
    names = {argument.arg for argument in node.args.kwonlyargs}
    return {"by", "version", "now"} <= names


def views() -> list[Path]:
    rooms = [ROOT / room for room in ("crm", "followups", "visits", "complaints")]
    found = [path for room in rooms for path in room.rglob("*.py")]
    return [path for path in found if path.name == "views.py" or "views" in path.parts[-2:-1]]


def calls(node: ast.AST) -> list[ast.Call]:
    return [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and isinstance(one.func.value, ast.Name)
        and one.func.value.id == "actions"
    ]


def is_pressed(node: ast.AST) -> bool:
    """Whether it hands an action to `complaints.views.presses.press`, which shows both texts."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "press"
    )


def test_every_view_of_a_versioned_verb_shows_both_texts() -> None:
    verbs, bare, guarded = versioned_verbs(), [], set()
    for path in views():
        tree = ast.parse(path.read_text())
        inside = set()
        for block in (node for node in ast.walk(tree) if isinstance(node, ast.With)):
            if "both_texts" in ast.unparse(block.items[0]):
                inside |= {id(call) for call in calls(block)}
        for pressed in (node for node in ast.walk(tree) if is_pressed(node)):
            inside |= {id(call) for call in calls(pressed)}
        for call in calls(tree):
            verb = call.func.attr  # type: ignore[attr-defined]
            if verb in verbs and id(call) not in inside:
                bare.append(f"{path.relative_to(ROOT)}:{call.lineno} {verb}")
            elif verb in verbs:
                guarded.add(verb)
    assert not bare, bare
    assert {"change_step", "approve_plan", "deliver_order", "change_user"} <= guarded
