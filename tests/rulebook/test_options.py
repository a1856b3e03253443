"""The house's own lists are rows a manager edits; retired choices stay on old rows (CC-29)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.people.models import User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from crm.rulebook import actions
from crm.rulebook.actions import Labels
from crm.rulebook.models import Option
from crm.rulebook.queues import option_choices, option_labels
from crm.rulebook.queues.options import option_list
from tests.people import NOW, Cast
from tests.reports.conftest import SignIn

LIVE = Labels("直播间", "直播間", "Live stream")


def post(client: Client, name: str, option: Option | None = None, **body: str) -> Any:
    args = [option.public_id] if option else []
    sent = {"request_id": str(uuid.uuid4()), "version": "1", **body}
    return client.post(reverse(f"rulebook:{name}", args=args), sent)


def add(by: User, labels: Labels = LIVE, kind: str = "channel", ticket_class: str = "") -> Option:
    actions.add_option(kind, labels, ticket_class=ticket_class, by=by, now=NOW)
    return Option.objects.latest("id")


def codes(kind: str = "channel") -> list[str]:
    return [code for code, _words in option_choices(kind)]


def test_a_new_choice_is_offered_last_in_each_language(cast: Cast, sign_in: SignIn) -> None:
    typed = {"kind": "channel", **LIVE._asdict()}
    assert post(sign_in(cast.bai), "add_option", **typed).status_code == 302
    assert codes()[-1] == "live_stream"
    for language, words in (("zh-hans", "直播间"), ("zh-hant", "直播間"), ("en", "Live stream")):
        with translation.override(language):
            assert option_labels("channel")["live_stream"] == words
    event = AuditEvent.objects.get(action="rulebook.add_option")
    assert (event.actor, event.after["label_zh_hans"]) == (cast.bai, "直播间")


def test_words_one_language_lacks_are_those_in_simplified_chinese(cast: Cast) -> None:
    code = add(cast.adele, Labels("社区活动")).code
    assert code == "社区活动"
    with translation.override("en"):
        assert dict(option_choices("channel"))[code] == "社区活动"


def test_the_lists_are_set_by_whoever_answers_for_all(cast: Cast) -> None:
    """The same in every store: no store's manager, nor the privacy officer, who reads them."""
    row = Option.objects.get(kind="channel", code="website")
    seen = {"version": row.version, "now": NOW}
    for person in (cast.shen, cast.pan, cast.lin):
        with pytest.raises(PermissionDenied):
            add(person)
        with pytest.raises(PermissionDenied):
            actions.rename_option(row, LIVE, by=person, **seen)
        with pytest.raises(PermissionDenied):
            actions.retire_option(row, by=person, **seen)
        with pytest.raises(PermissionDenied):
            actions.bring_back_option(row, by=person, **seen)
        with pytest.raises(PermissionDenied):
            actions.move_option(row, "up", by=person, **seen)


def test_a_store_manager_reads_the_lists_and_presses_nothing(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.shen).get(reverse("rulebook:options")).content.decode()
    assert "展厅到店" in page
    assert reverse("rulebook:add_option") not in page
    assert sign_in(cast.lin).get(reverse("rulebook:options")).status_code == 403


def test_a_retired_choice_is_offered_nowhere_and_stays_where_it_is_kept(
    cast: Cast, sign_in: SignIn
) -> None:
    client, row = sign_in(cast.bai), Option.objects.get(kind="channel", code="outdoor")
    assert post(client, "retire_option", row).status_code == 302
    assert "outdoor" not in codes()
    assert "outdoor" in dict(option_choices("channel", keep="outdoor"))
    assert option_labels("channel")["outdoor"] == "户外广告"
    assert post(client, "bring_back_option", row, version="2").status_code == 302
    assert "outdoor" in codes()


def test_new_words_stand_on_old_rows_and_the_code_stays(cast: Cast, sign_in: SignIn) -> None:
    row = Option.objects.get(kind="lost_reason", code="habit")
    sent = post(sign_in(cast.adele), "rename_option", row, zh_hans="认准老品牌", en="Loyal")
    assert sent.status_code == 302
    assert option_labels("lost_reason")["habit"] == "认准老品牌"
    event = AuditEvent.objects.get(action="rulebook.rename_option")
    assert (event.before["label_zh_hans"], event.after["label_en"]) == ("品牌习惯", "Loyal")


def test_who_comes_second_sees_both_words(cast: Cast, sign_in: SignIn) -> None:
    row = Option.objects.get(kind="channel", code="website")
    post(sign_in(cast.adele), "rename_option", row, zh_hans="品牌官网")
    late = post(sign_in(cast.bai), "rename_option", row, zh_hans="本店网站")
    assert late.status_code == 409
    assert {"品牌官网", "本店网站"} <= set(late.content.decode().replace("<", ">").split(">"))
    assert post(sign_in(cast.bai), "retire_option", row).status_code == 409
    assert not Option.objects.get(pk=row.pk).retired


def test_what_is_retired_already_is_not_retired_again(cast: Cast) -> None:
    row = Option.objects.get(kind="channel", code="website")
    actions.retire_option(row, by=cast.bai, version=1, now=NOW)
    with pytest.raises(Stale):
        actions.retire_option(row, by=cast.adele, version=2, now=NOW)
    assert AuditEvent.objects.filter(action="rulebook.retire_option").count() == 1


def test_a_form_sent_twice_adds_and_moves_once(cast: Cast, sign_in: SignIn) -> None:
    client, once = sign_in(cast.bai), str(uuid.uuid4())
    for _time in range(2):
        typed = {"kind": "channel", "request_id": once, "zh_hans": "直播间"}
        assert post(client, "add_option", None, **typed).status_code == 302
    assert codes().count("直播间") == 1
    row, once = Option.objects.get(kind="channel", code="phone_in"), str(uuid.uuid4())
    for _time in range(2):
        moved = post(client, "move_option", row, how="down", request_id=once)
        assert moved.status_code == 302
    assert codes()[1:3] == ["phone_sale", "phone_in"]


def test_a_choice_passes_over_retired_ones_and_stays_within_its_class(cast: Cast) -> None:
    price = Option.objects.get(code="price.change")
    actions.move_option(price, "up", by=cast.bai, version=1, now=NOW)
    assert not AuditEvent.objects.filter(action="rulebook.move_option").exists()
    between = Option.objects.get(kind="channel", code="phone_in")
    actions.retire_option(between, by=cast.bai, version=1, now=NOW)
    sale = Option.objects.get(kind="channel", code="phone_sale")
    actions.move_option(sale, "up", by=cast.bai, version=1, now=NOW)
    assert codes()[:2] == ["phone_sale", "showroom"]


@pytest.mark.parametrize("typed", ["展厅到店", "SHOWROOM", "展廳到店"])
def test_the_same_words_twice_are_refused_beside_the_field(
    cast: Cast, sign_in: SignIn, typed: str
) -> None:
    """A workbook finds a choice by its words."""
    page = post(sign_in(cast.bai), "add_option", kind="channel", zh_hans=typed)
    assert page.status_code == 422
    assert typed in page.content.decode()
    assert page.context["form"].errors["zh_hans"]


def test_a_sub_class_belongs_to_a_class_and_may_be_named_as_in_another(cast: Cast) -> None:
    row = add(cast.bai, Labels("言行不当"), "ticket_subclass", "service_quality")
    assert row.code == "service_quality.言行不当"
    groups = option_list("ticket_subclass").groups
    assert groups[1].lines[-1].option == row
    for kind, ticket_class in (("ticket_subclass", ""), ("channel", "price"), ("colour", "")):
        with pytest.raises(ValidationError, match="ticket_class"):
            add(cast.bai, Labels("新的"), kind, ticket_class)


def test_the_last_choice_of_a_list_stays(cast: Cast, sign_in: SignIn) -> None:
    Option.objects.filter(kind="channel").exclude(code="other").update(retired=True)
    last = Option.objects.get(kind="channel", code="other")
    page = post(sign_in(cast.bai), "retire_option", last)
    assert page.status_code == 422
    assert "最后一项" in page.content.decode()
    assert codes() == ["other"]
