"""Business rows stay: nothing in the code removes one for good but an import that is undone (D47).

A customer who is erased on request keeps every business row, without words (D48).
"""

from __future__ import annotations

import ast

from django.apps import apps
from django.db import models

from crm.records.models import Record
from tests.harness.test_rendering import called, sources

# Who removes rows, and which.
REMOVES = {
    "complaints/actions/watching.py": "who had a ticket open and no longer has",
    "crm/customers/actions/held_numbers.py": "the hash of a number that is nobody's any more",
    "crm/exchange/actions/undoing.py": "what an import of the last 24 hours had made",
    "crm/records/actions/saving.py": "a draft once its form is saved; words of an erased customer",
    "crm/notices/actions/links.py": "wrong links counted a day ago",
    "crm/home/actions/grants.py": "a post that never began",
    "crm/reports/actions/keeping.py": "kept figures, which follow from rows that stay",
    "crm/reports/actions/saved_views.py": "a view of a report that its owner keeps no longer",
    "crm/people/actions/accounts.py": "an absence to come, failed sign-ins, devices",
    "crm/people/actions/devices.py": "sessions",
    "crm/people/actions/second_steps.py": "a second step that ended, and which roles need one",
    "crm/home/tasks.py": "failed sign-ins that hold nobody back",
    "crm/home/management/watchdog.py": "schedules of an older release",
    "crm/home/management/cluster.py": "canaries",
    "crm/home/management/queue.py": "tasks that are refused",
    "crm/rulebook/actions/seeding.py": "public holidays read anew",
    "crm/rulebook/actions/calendar.py": "opening times, days off; the trail has them",
    "visits/actions/questionnaires.py": "a draft of a questionnaire that was never in force",
    "visits/actions/measuring.py": "what answers count for, written anew with them",
    "visits/actions/reopening.py": "what answers counted for that are to be entered anew",
}
# Rows of one message, which only go together; nothing deletes a message.
TOGETHER = {("notices.Delivery", "reminder"), ("notices.Delivery", "notice")}


def test_only_these_places_remove_rows_at_all() -> None:
    found = {
        name
        for name, tree in sources()
        if "migrations" not in name
        for node in ast.walk(tree)
        if called(node) in {"delete", "_raw_delete"} and isinstance(node, ast.Call)
    }
    assert found - REMOVES.keys() == set(), "say in REMOVES what is removed, and why it may be"
    assert REMOVES.keys() - found == set(), "no longer removes anything"


def test_no_statement_written_out_removes_rows() -> None:
    """The audit trail's own tests forge; the product has no such statement."""
    loose = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        if "migrations" not in name
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.lstrip().upper().startswith(("DELETE FROM", "TRUNCATE "))
    ]
    assert loose == []


def test_a_business_row_goes_with_no_other() -> None:
    """Where one business row points at another, the database keeps both (PROTECT)."""
    loose = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if issubclass(model, Record)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and isinstance(field.remote_field.model, type)
        and issubclass(field.remote_field.model, Record)
        and field.remote_field.on_delete is models.CASCADE
    }
    assert loose == TOGETHER
