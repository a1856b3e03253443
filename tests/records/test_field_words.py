"""Whatever the trail keeps of a change is shown under a name people read, in three languages."""

from __future__ import annotations

from functools import cache

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import translation

from complaints.models import Macro, ReplyTemplate
from crm.customers.actions import CUSTOMER_FIELDS, NEED_FIELDS
from crm.customers.models import Card
from crm.records.audit.apart import PLAIN
from crm.records.audit.field_words import FIELDS, VALUES
from crm.records.audit.telling import in_words, label_of
from tests.harness.recorded_keys import recorded_keys
from visits.actions import care_rules, rules
from visits.models import CareRule, VisitRule

# Names the source hands on from a tuple; a macro's and a template's come from their forms.
FROM_TUPLES: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Card, (*CUSTOMER_FIELDS, *NEED_FIELDS)),
    (VisitRule, rules.CHANGED),
    (CareRule, (*care_rules.FIXED, *care_rules.CHANGED)),
    (Macro, ("name", "is_active", "takes", "category", "lead", "lead_task", "assisting")),
    (Macro, ("assisting_task", "note", "waits_for")),
    (ReplyTemplate, ("name", "is_active", "zh_hans", "zh_hant", "tells_outcome")),
)


@cache
def kept() -> tuple[tuple[str, str, type[Model] | None], ...]:
    """(key, where, the row it is told of) of everything recorded before and after a change."""
    models = {model.__name__: model for model in apps.get_models()}
    found = [(key, where, models.get(row)) for key, where, row in recorded_keys()]
    told = [(key, "a tuple", model) for model, keys in FROM_TUPLES for key in keys]
    return (*found, *told)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_field_of_the_trail_has_words(language: str) -> None:
    assert len(kept()) > 250, "the search has gone blind"
    with translation.override(language):
        raw = {f"{key} ({at})" for key, at, model in kept() if label_of(key, model).isascii()}
    assert not raw, f"say in crm/records/audit/field_words.py what these mean: {sorted(raw)}"


def test_what_the_product_itself_wrote_is_kept_in_the_event() -> None:
    """Only words people typed lie apart, to be cut out; a reason may be one or the other."""
    assert VALUES.keys() - PLAIN == {"reason"}


def test_the_search_follows_names_helpers_and_callers() -> None:
    keys = {key for key, _where, _model in kept()}
    # A dictionary in place, a name, a key put in later, a helper's, a caller's `**words`.
    assert {"verdict", "way", "granted", "customer_total", "model", "day_before_at"} <= keys


def test_words_kept_for_one_row_name_a_row_there_is() -> None:
    of_rows = [key.rpartition(".") for key in FIELDS if "." in key]
    assert of_rows
    for label, _dot, _name in of_rows:
        assert apps.get_model(label)


@pytest.mark.parametrize(
    ("key", "row", "value", "words"),
    [
        ("way", "complaints.Ticket", "in_person", "当面"),
        ("verdict", "complaints.Ticket", "return", "退回修改"),
        ("grant", "complaints.Ticket", "refund", "退款"),
        ("trigger", "visits.VisitRule", "delivery", "交车后"),
    ],
)
def test_what_the_product_wrote_itself_is_worded(
    key: str, row: str, value: str, words: str
) -> None:
    with translation.override("zh-hans"):
        assert in_words(value, key, apps.get_model(row)) == words
