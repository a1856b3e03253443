"""Questionnaires from the first draft to the version that is asked: who writes, who approves."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Membership
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import (
    HIRED,
    NOW,
    Cast,
    make_card,
    make_cast,
    make_questionnaire,
    make_version,
    make_visit,
    make_visit_rule,
)
from visits import actions
from visits.models import Questionnaire, QuestionnaireVersion, Response, Visit
from visits.questions import CHOSEN, TYPES, form_of
from visits.queues.screens import questions_for


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def submitted(cast: Cast, author=None, store="own") -> QuestionnaireVersion:
    sheet = make_questionnaire(cast.pudong if store == "own" else store)
    return make_version(sheet, author or cast.xu, "submitted", submitted_at=NOW)


def visit_of(cast: Cast, kind: str = "new_purchase") -> Visit:
    """A visit of Lin's customer that Wu is to make."""
    return make_visit(make_card(cast.lin), NOW.date(), kind=kind, assignee=cast.wu)


def url(version: QuestionnaireVersion, verb: str = "") -> str:
    return f"/visits/questions/{version.public_id}/{verb}"


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def approve(version, by) -> None:
    actions.approve_version(version, by=by, version=version.version, now=NOW)


# --- the whole way -----------------------------------------------------------------------------


def test_xu_writes_shen_approves_and_wu_asks_the_new_question(cast):
    xu, shen = page_of(cast.xu), page_of(cast.shen)
    new = {"name": "浦东满意度", "kind": "regular", "store": cast.pudong.pk, "source": "of_kind"}
    assert xu.post("/visits/questionnaires/new/", new).status_code == 302
    sheet = Questionnaire.objects.get(name="浦东满意度")
    draft = sheet.versions.get()
    question = {
        "version": "1",
        "type": "single",
        "section": "use",
        "zh_hans": "常去哪里充电？",
        "zh_hant": "常去哪裡充電？",
        "en": "Where do you charge?",
        "required": "on",
        "option_1_zh_hans": "家",
        "option_1_zh_hant": "家",
        "option_1_en": "Home",
        "option_2_zh_hans": "公司",
        "option_2_zh_hant": "公司",
        "option_2_en": "Work",
    }
    assert xu.post(url(draft, "question/"), question).status_code == 302
    draft = fresh(draft)
    added = form_of(draft.body).find("question_1")
    assert [option.key for option in added.options] == ["option_1", "option_2"]
    assert xu.post(url(draft, "submission/"), {"version": draft.version}).status_code == 302
    draft = fresh(draft)
    assert (draft.state, draft.submitted_at) == ("submitted", NOW)
    assert Notice.objects.get(kind="questionnaire_waiting").recipient == cast.shen
    page = shen.get(url(draft))
    assert page.context["may_decide"]
    assert shen.post(url(draft, "approval/"), {"version": draft.version}).status_code == 302
    assert sheet.in_use == draft
    assert Notice.objects.get(kind="questionnaire_approved").recipient == cast.xu
    assert Notice.objects.get(kind="questionnaire_waiting").state == "closed"
    visit = visit_of(cast, "regular")
    assert questions_for(visit) == draft
    names = set(AuditEvent.objects.filter(store=cast.pudong).values_list("action", flat=True))
    assert names >= {
        *("visits.create_questionnaire", "visits.write_version"),
        *("visits.submit_version", "visits.approve_version"),
    }


def test_approving_replaces_what_was_in_use_and_its_answers_stay_with_it(cast):
    version = submitted(cast)
    old = version.questionnaire.in_use
    visit = visit_of(cast)
    answer = Response.objects.create(visit=visit, questions=old)
    approve(version, cast.shen)
    assert (fresh(old).state, fresh(version).state) == ("retired", "approved")
    assert fresh(answer).questions == old
    listed = page_of(cast.shen).get("/visits/questionnaires/")
    rows = {row.pk: row.answers for row in listed.context["page"]}
    assert rows[version.questionnaire_id] == 1


def test_a_returned_version_goes_back_with_words_and_is_sent_again_only_changed(cast):
    version = submitted(cast)
    version.editors.add(cast.mona)
    answer = page_of(cast.shen).post(
        url(version, "return/"), {"version": "1", "comment": "问题太多，删到十题"}
    )
    assert answer.status_code == 302
    version = fresh(version)
    assert (version.state, version.comment) == ("returned", "问题太多，删到十题")
    told = Notice.objects.filter(kind="questionnaire_returned")
    assert {line.recipient for line in told} == {cast.xu, cast.mona}
    assert "问题太多" in page_of(cast.xu).get(url(version, "draft/")).content.decode()
    with pytest.raises(ValidationError):
        actions.submit_version(version, by=cast.xu, version=version.version, now=NOW)
    actions.arrange_version(
        version,
        part="question",
        key="suggestions",
        how="remove",
        by=cast.xu,
        version=version.version,
        now=NOW,
    )
    actions.submit_version(version, by=cast.xu, version=version.version, now=NOW)
    assert fresh(version).state == "submitted"


def test_a_return_needs_words(cast):
    version = submitted(cast)
    page = page_of(cast.shen).post(url(version, "return/"), {"version": "1", "comment": " "})
    assert page.status_code == 422
    assert "comment" in page.context["form"].errors
    assert fresh(version).state == "submitted"


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["xu", "mona", "wu", "chen", "lin", "pan", "adele"])
def test_only_managers_approve(cast, who):
    with pytest.raises(PermissionDenied):
        approve(submitted(cast), getattr(cast, who))


def test_the_general_manager_decides_where_it_is_for_all_stores(cast):
    version = submitted(cast, store=None)
    with pytest.raises(PermissionDenied):
        approve(version, cast.shen)
    approve(version, cast.bai)
    assert fresh(version).state == "approved"


def also_manager(user, store) -> None:
    Membership.objects.create(user=user, role=roles.MANAGER, store=store, valid_from=HIRED)


def test_nobody_approves_what_they_wrote_or_edited(cast):
    also_manager(cast.xu, cast.pudong)
    also_manager(cast.mona, cast.pudong)
    version = submitted(cast, author=cast.xu)
    with pytest.raises(PermissionDenied):
        approve(version, cast.xu)
    version.editors.add(cast.mona)
    with pytest.raises(PermissionDenied):
        approve(version, cast.mona)
    page = page_of(cast.mona).get(url(version))
    assert page.context["others_decide"]
    assert not page.context["may_decide"]


def test_what_a_manager_wrote_waits_for_the_general_manager(cast):
    also_manager(cast.xu, cast.pudong)
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    actions.submit_version(draft, by=cast.xu, version=1, now=NOW)
    assert Notice.objects.get(kind="questionnaire_waiting").recipient == cast.bai


def test_whoever_changes_a_draft_is_remembered(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    actions.add_ready_section(draft, section="needs", by=cast.mona, version=1, now=NOW)
    assert list(draft.editors.all()) == [cast.mona]


def test_another_stores_questionnaire_is_not_there_and_not_asked(cast):
    sheet = make_questionnaire(cast.chaoyang)
    assert page_of(cast.xu).get(f"/visits/questionnaires/{sheet.public_id}/").status_code == 404
    visit = visit_of(cast)
    assert questions_for(visit).questionnaire.store is None
    own = make_questionnaire(cast.pudong)
    assert questions_for(visit).questionnaire == own


# --- what may not be asked -----------------------------------------------------------------------


def test_a_faulty_draft_is_not_submitted_and_says_where(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    draft.body["sections"][1]["questions"][0]["text"]["en"] = ""
    draft.body["sections"][1]["questions"][0]["options"] = []
    draft.body["sections"].pop()
    draft.save()
    page = page_of(cast.xu).get(url(draft, "draft/"))
    line = page.context["parts"][1].lines[0]
    assert line.faults == (
        "Words are missing: English",
        "It needs at least two options, each in all three languages.",
    )
    assert len(page.context["whole_faults"]) == 1
    assert page_of(cast.xu).get(url(draft)).status_code == 200
    with pytest.raises(ValidationError):
        actions.submit_version(draft, by=cast.xu, version=1, now=NOW)
    assert fresh(draft).state == "draft"


def test_a_version_like_the_one_in_use_is_not_submitted(cast):
    sheet = make_questionnaire(cast.pudong)
    draft = make_version(sheet, cast.xu, body=sheet.in_use.body)
    with pytest.raises(ValidationError):
        actions.submit_version(draft, by=cast.xu, version=1, now=NOW)


@pytest.mark.parametrize("state", ["submitted", "approved", "retired"])
def test_a_version_that_left_its_writers_hands_never_changes(cast, state):
    sheet = Questionnaire.objects.create(name="问卷", kind="regular", store=cast.pudong)
    version = make_version(sheet, cast.xu, state)
    before = version.body
    with pytest.raises(Stale):
        actions.add_ready_section(version, section="needs", by=cast.xu, version=1, now=NOW)
    with pytest.raises(Stale):
        actions.discard_version(version, by=cast.xu, version=1, now=NOW)
    assert fresh(version).body == before


def test_a_key_of_an_earlier_version_is_never_used_again(cast):
    sheet = make_questionnaire(cast.pudong)
    old = sheet.in_use
    text = {"zh_hans": "旧题", "zh_hant": "舊題", "en": "Old"}
    old.body["sections"][0]["questions"].append({"key": "question_1", "type": "text", "text": text})
    old.save()
    draft = make_version(sheet, cast.xu)
    actions.put_question(
        draft,
        question={"key": "", "type": "text", "text": text},
        section="use",
        by=cast.xu,
        version=1,
        now=NOW,
    )
    assert form_of(draft.body).find("question_2") is not None
    assert form_of(draft.body).find("question_1") is None


# --- beginning, retiring, throwing away -----------------------------------------------------------


def test_the_next_draft_begins_with_the_version_in_use(cast):
    sheet = make_questionnaire(cast.pudong)
    path = f"/visits/questionnaires/{sheet.public_id}/draft/"
    answer = page_of(cast.xu).post(path, {"version": "1", "source": "in_use"})
    assert answer.status_code == 302
    draft = sheet.versions.get(state="draft")
    assert (draft.number, draft.body, draft.author) == (2, sheet.in_use.body, cast.xu)
    again = page_of(cast.mona).post(path, {"version": "1", "source": "in_use"})
    assert again.status_code == 409
    assert sheet.versions.count() == 2


def test_a_questionnaire_a_rule_asks_is_not_retired(cast):
    sheet = make_questionnaire(cast.pudong)
    rule = make_visit_rule(cast.pudong, questionnaire=sheet)
    path = f"/visits/questionnaires/{sheet.public_id}/retirement/"
    page = page_of(cast.shen).post(path, {"version": "1"})
    assert page.status_code == 422
    assert rule.name in page.content.decode()
    rule.active = False
    rule.save()
    assert page_of(cast.shen).post(path, {"version": "1"}).status_code == 302
    visit = visit_of(cast)
    assert questions_for(visit).questionnaire != sheet
    actions.reopen_questionnaire(fresh(sheet), by=cast.shen, version=2, now=NOW)
    assert questions_for(visit).questionnaire == sheet


def test_a_draft_is_thrown_away_with_a_questionnaire_that_had_only_it(cast):
    sheet = Questionnaire.objects.create(name="问卷", kind="regular", store=cast.pudong)
    draft = make_version(sheet, cast.xu)
    actions.discard_version(draft, by=cast.mona, version=1, now=NOW)
    assert not Questionnaire.objects.filter(pk=sheet.pk).exists()
    kept = make_questionnaire(cast.pudong)
    actions.discard_version(make_version(kept, cast.xu), by=cast.xu, version=1, now=NOW)
    assert kept.versions.get() == kept.in_use


# --- two at once ---------------------------------------------------------------------------------


def test_who_writes_second_sees_both_texts_and_nothing_is_lost(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    seen = page_of(cast.mona).get(url(draft, "question/"), {"question": "suggestions"})
    form = seen.context["form"]
    sent = {
        "version": form["version"].value(),
        "question": "suggestions",
        "type": "text",
        "zh_hans": "有什么建议？",
        "zh_hant": "有什麼建議？",
        "en": "Any ideas?",
        "section": "overall",
    }
    actions.arrange_version(
        draft, part="question", key="factors", how="remove", by=cast.xu, version=1, now=NOW
    )
    page = page_of(cast.mona).post(url(draft, "question/"), sent)
    assert page.status_code == 409
    assert "Any ideas?" in page.content.decode()
    resent = {**sent, **dict(page.context["resend"]["fields"])}
    assert page_of(cast.mona).post(url(draft, "question/"), resent).status_code == 302
    body = form_of(fresh(draft).body)
    assert body.find("factors") is None
    assert body.find("suggestions").text["en"] == "Any ideas?"


def test_what_was_approved_is_what_was_seen(cast):
    version = submitted(cast)
    actions.take_back_version(fresh(version), by=cast.xu, version=1, now=NOW)
    with pytest.raises(Stale):
        approve(version, cast.shen)
    assert fresh(version).state == "draft"
    assert version.questionnaire.in_use.number == 1


def test_a_double_press_adds_one_question(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    sent = {"version": "1", "type": "text", "section": "use", "zh_hans": "问", "request_id": "r1"}
    answers = [page_of(cast.xu).post(url(draft, "question/"), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    asked = [question.key for question in form_of(fresh(draft).body).questions]
    assert asked.count("question_1") == 1
    assert "question_2" not in asked


# --- pages ----------------------------------------------------------------------------------


def test_the_approver_sees_what_changes_and_how_it_is_asked_in_each_language(cast):
    version = submitted(cast)
    page = page_of(cast.shen).get(url(version), {"in": "zh-hant"})
    [change] = page.context["changes"]
    assert change.details == (("English", "Overall satisfaction (1)", "Overall satisfaction (2)"),)
    shown = page.content.decode()
    assert "整體滿意度" in shown
    assert "非常滿意" in shown
    assert "僅當「整體滿意度」答：非常不滿意；不滿意" in shown


@pytest.mark.parametrize("kind", TYPES)
def test_a_question_of_every_type_is_written_in_its_form(cast, kind):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    words = {"zh_hans": "充电方便吗？", "zh_hant": "充電方便嗎？", "en": "Is charging easy?"}
    sent = {"version": "1", "type": kind, "section": "use", "required": "on", **words}
    options = ["Yes, at home", "Hardly"] if kind in CHOSEN else []
    for number, option in enumerate(options, start=1):
        sent |= {f"option_{number}_{language}": option for language in words}
    xu = page_of(cast.xu)
    asked_for = xu.get(url(draft, "question/"), {"type": kind, "section": "use"})
    assert asked_for.status_code == 200
    assert xu.post(url(draft, "question/"), sent).status_code == 302
    added = form_of(fresh(draft).body).find("question_1")
    assert (added.type, added.required, added.text) == (kind, True, words)
    assert [option.text["en"] for option in added.options] == options
    assert "Is charging easy?" in xu.get(url(draft), {"in": "en"}).content.decode()


def test_a_section_of_ones_own_needs_its_title_in_every_language(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    sent = {"version": "1", "zh_hans": "轮胎", "zh_hant": "輪胎"}
    page = page_of(cast.xu).post(url(draft, "section/"), sent)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"en"}
    assert "輪胎" in page.content.decode()
    answer = page_of(cast.xu).post(url(draft, "section/"), {**sent, "en": "Tyres"})
    assert answer.status_code == 302
    section = form_of(fresh(draft).body).sections[-1]
    assert (section.key, section.title["en"]) == ("section_1", "Tyres")


def test_what_does_not_fit_is_refused_and_what_was_typed_is_kept(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    sent = {
        "version": "1",
        "question": "suggestions",
        "type": "text",
        "section": "overall",
        "zh_hans": "",
        "en": "Any ideas?",
        "after": "overall",
    }
    page = page_of(cast.xu).post(url(draft, "question/"), sent)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"zh_hans", "among"}
    assert "Any ideas?" in page.content.decode()


def test_a_condition_is_chosen_in_two_steps_without_scripts(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    sent = {
        "version": "1",
        "type": "text",
        "section": "loyalty",
        "zh_hans": "为什么？",
        "after": "functions",
    }
    looked = page_of(cast.xu).post(url(draft, "question/"), {**sent, "look": "1"})
    assert looked.status_code == 200
    offered = [key for key, _words in looked.context["form"].fields["among"].choices]
    assert offered == ["all", "most", "few", "none"]
    assert fresh(draft).version == 1
    saved = page_of(cast.xu).post(url(draft, "question/"), {**sent, "among": ["few", "none"]})
    assert saved.status_code == 302
    condition = form_of(fresh(draft).body).find("question_1").condition
    assert (condition.question, condition.among) == ("functions", {"few", "none"})


def test_a_question_hangs_only_on_one_before_it_and_on_its_answers(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    sent = {"version": "1", "type": "text", "section": "use", "zh_hans": "问"}
    for wrong in ({"after": "recommend", "among": "1"}, {"after": "functions", "among": "never"}):
        page = page_of(cast.xu).post(url(draft, "question/"), {**sent, **wrong})
        assert page.status_code == 422
    assert fresh(draft).version == 1


def test_an_option_keeps_its_key_when_another_is_emptied(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    client = page_of(cast.xu)
    page = client.get(url(draft, "question/"), {"question": "functions"})
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name not in {"among"}}
    for language in ("zh_hans", "zh_hant", "en"):
        sent[f"option_2_{language}"] = ""
        sent[f"option_5_{language}"] = "不清楚"
    assert client.post(url(draft, "question/"), sent).status_code == 302
    options = form_of(fresh(draft).body).find("functions").options
    assert [option.key for option in options] == ["all", "few", "none", "option_1"]


# --- order and name ------------------------------------------------------------------------------


def typed_in(page) -> dict[str, str]:
    """What the boxes of a question's page hold."""
    form = page.context["form"]
    return {field.html_name: field.value() or "" for field in form if field.name != "required"}


def test_options_change_places_without_scripts_and_keep_their_keys(cast):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    before = [option.key for option in form_of(draft.body).find("reasons").options]
    xu = page_of(cast.xu)
    sent = typed_in(xu.get(url(draft, "question/?question=reasons")))
    sent |= {"option_1_en": "Charging at home", "after": "overall", "among": ["1", "2"]}
    page = xu.post(url(draft, "question/"), {**sent, "move": "down:option_1"})
    assert page.status_code == 200
    assert fresh(draft).version == draft.version, "nothing is saved yet"
    shown = typed_in(page)
    assert (shown["option_2_key"], shown["option_2_en"]) == (before[0], "Charging at home")
    assert 'value="down:option_2"' in page.content.decode().split("autofocus")[0][-200:]
    shown |= {"after": "overall", "among": ["1", "2"]}
    assert xu.post(url(draft, "question/"), shown).status_code == 302
    after = form_of(fresh(draft).body).find("reasons").options
    assert [option.key for option in after] == [before[1], before[0], *before[2:]]
    assert after[1].text["en"] == "Charging at home"


@pytest.mark.parametrize("move", ["up:option_1", "down:option_99", "up:x", "sideways:option_1"])
def test_an_option_that_cannot_move_stays(cast, move):
    draft = make_version(make_questionnaire(cast.pudong), cast.xu)
    xu = page_of(cast.xu)
    sent = typed_in(xu.get(url(draft, "question/?question=reasons")))
    sent |= {"after": "overall", "among": ["1", "2"], "move": move}
    assert xu.post(url(draft, "question/"), sent).status_code < 500
    form = form_of(fresh(draft).body)
    assert form.find("reasons").options == form_of(draft.body).find("reasons").options


def test_a_questionnaire_is_renamed_while_its_draft_is_written_and_no_longer(cast):
    sheet = make_questionnaire(cast.pudong)
    draft = make_version(sheet, cast.xu)
    xu = page_of(cast.xu)
    assert xu.post(url(draft, "name/"), {"version": "1", "name": " "}).status_code == 422
    assert xu.post(url(draft, "name/"), {"version": "1", "name": "交车后问卷"}).status_code == 302
    assert fresh(sheet).name == "交车后问卷"
    late = xu.post(url(draft, "name/"), {"version": "1", "name": "我的名字"})
    assert late.status_code == 409
    assert "交车后问卷" in late.content.decode()
    actions.submit_version(fresh(draft), by=cast.xu, version=fresh(draft).version, now=NOW)
    with pytest.raises(Stale):
        actions.rename_questionnaire(
            fresh(draft), name="又改", by=cast.xu, version=fresh(sheet).version, now=NOW
        )
    with pytest.raises(PermissionDenied):
        actions.rename_questionnaire(draft, name="店长改", by=cast.shen, version=2, now=NOW)
