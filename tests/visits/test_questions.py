"""Questionnaires: what is asked when, what fits as an answer, what keeps a version from use."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.default_questions import SHEETS
from visits.default_rules import RULES
from visits.models import Trigger, Unit, Visit
from visits.questions import Given, faults, form_of, is_bad, possible, read, says_yes, words

BODY = SHEETS[0].body


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.kind)
def test_every_questionnaire_we_ship_may_be_used(sheet):
    form = form_of(sheet.body)
    assert faults(form) == []
    assert form.find("visitor").measures == "visitor"


def test_every_kind_of_visit_has_its_questionnaire_and_every_rule_fits():
    assert {sheet.kind for sheet in SHEETS} == set(Visit.Kind.values)
    # Whoever wants a visit after the signature makes the rule: the usual one is after delivery.
    assert {rule.trigger for rule in RULES} == set(Trigger.values) - {Trigger.SIGNING}
    assert {rule.unit for rule in RULES} <= set(Unit.values)


def test_reasons_are_asked_only_of_an_unhappy_customer():
    form = form_of(BODY)
    happy, unhappy = {"overall": Given(number=5)}, {"overall": Given(number=2)}
    assert "reasons" not in [question.key for question in form.asked(happy)]
    assert "reasons" in [question.key for question in form.asked(unhappy)]


def test_a_question_hidden_by_a_changed_answer_counts_no_more():
    form = form_of(BODY)
    answers = {"overall": Given(number=4), "reasons": Given(choices=("price",))}
    assert form.measured("reason", answers) is None
    assert form.measured("satisfaction", answers) == Given(number=4)


def everything(kind: str) -> set[str]:
    return {one.key for one in form_of(next(s.body for s in SHEETS if s.kind == kind)).questions}


def test_what_the_regulation_asks_for_is_asked():
    """RV-01, RV-02, RV-04, RV-05, RV-06 and RV-14, kind by kind."""
    use = {"functions", "performance", "defects", "defects_words", "improve", "improve_words"}
    sales = {"sales", "sales_speed", "presales", "sales_course"}
    after = {"after_sales", "after_sales_used", "after_sales_problem", "after_sales_timely"}
    after |= {"after_sales_solved", "after_sales_manner"}
    loyalty, needs = {"recommend", "repurchase", "factors"}, {"needs_changed", "needs_words"}
    rivals = {"rivals_known", "rivals_brand", "rivals_words", "rivals_influence"}
    assert everything("new_purchase") >= use | sales | loyalty | needs | rivals | {"suggestions"}
    assert everything("regular") >= use | after | loyalty | needs | rivals | {"suggestions"}
    assert everything("event") >= {"overall", "effect", "interest", "suggestions"}


def test_how_a_problem_was_handled_is_asked_only_of_whoever_had_one():
    body = next(sheet.body for sheet in SHEETS if sheet.kind == "regular")
    handled = {"after_sales_problem", "after_sales_timely", "after_sales_solved"}
    for said, wanted in ((0, set()), (1, handled)):
        asked = form_of(body).asked({"after_sales_used": Given(number=said)})
        assert {one.key for one in asked} & handled == wanted


def test_would_buy_again_is_a_plain_yes_alone():
    """Probably is no yes (kpi.md); the yes and no of older versions count on."""
    asked = form_of(BODY).find("repurchase")
    assert [option.text["zh_hans"] for option in asked.options] == [
        "会", "可能会", "不确定", "不会",
    ]  # fmt: skip
    said = [says_yes(Given(choices=(option.key,))) for option in asked.options]
    assert said == [True, False, False, False]
    assert says_yes(Given(number=1))
    assert not says_yes(Given(number=0))
    old = copy.deepcopy(BODY)
    old["sections"][3]["questions"][1] = {
        "key": "repurchase", "type": "yes_no", "measures": "repurchase", "text": asked.text,
    }  # fmt: skip
    assert faults(form_of(old)) == []
    assert form_of(old).measured("repurchase", {"repurchase": Given(number=0)}) == Given(number=0)


def test_what_is_required_is_missed():
    form = form_of(BODY)
    assert [question.key for question in form.missing({})] == ["overall"]
    assert form.missing({"overall": Given(number=3)}) == []


def changed(change) -> list[tuple[str, str]]:
    body = copy.deepcopy(BODY)
    change(body["sections"])
    return faults(form_of(body))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda s: s[1]["questions"][0].update(key="overall"), ("overall", "key_twice")),
        (lambda s: s[1]["questions"][0].update(key="a b"), ("a b", "key")),
        (lambda s: s[1]["questions"][0].update(type="riddle"), ("functions", "type")),
        (lambda s: s[1]["questions"][0]["text"].update(en=""), ("functions", "text")),
        (lambda s: s[1]["questions"][0].update(options=[]), ("functions", "options")),
        (lambda s: s[1]["questions"][1].update(measures="recommend"), ("performance", "measure")),
        (
            lambda s: s[1]["questions"][6].update(measures="product"),
            ("charging", "measure_twice"),
        ),
        (
            lambda s: s[1]["questions"][0].update({"if": {"question": "recommend", "in": ["1"]}}),
            ("functions", "condition"),
        ),
        (
            lambda s: s[3]["questions"][1]["options"].pop(0),
            ("repurchase", "measure_yes"),
        ),
        (lambda s: s.pop(), ("", "not_about_this_visit")),
        (lambda s: s.clear(), ("", "no_questions")),
    ],
)
def test_a_faulty_version_says_what_is_wrong(change, fault):
    assert fault in changed(change)


@pytest.mark.parametrize(
    ("key", "sent", "expected"),
    [
        ("overall", ["4"], Given(number=4)),
        ("overall", [""], Given()),
        ("recommend", ["10"], Given(number=10)),
        ("repurchase", ["likely"], Given(choices=("likely",))),
        ("reasons", ["price", "range", "price"], Given(choices=("price", "range"))),
        ("functions", ["all"], Given(choices=("all",))),
        ("suggestions", ["  多放点糖 "], Given(text="多放点糖")),
    ],
)
def test_an_answer_is_read_by_the_type_of_its_question(key, sent, expected):
    assert read(form_of(BODY).find(key), sent) == expected


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        *(("overall", value) for value in ("6", "0", "-1", "４", "1e1", "9" * 40, "满意")),
        ("recommend", "11"),
        ("functions", "nothing"),
        ("suggestions", "长" * 2001),
    ],
)
def test_what_does_not_fit_is_refused(key, sent):
    with pytest.raises(ValueError, match=r"number|unknown|too_long"):
        read(form_of(BODY).find(key), [sent])


@given(st.text(max_size=30))
def test_no_text_gets_past_a_grade(sent):
    question = form_of(BODY).find("overall")
    try:
        given_answer = read(question, [sent])
    except ValueError:
        return
    assert given_answer.is_empty or str(given_answer.number) in possible(question)


def test_bad_grades_offer_help_and_words_follow_the_reader():
    question = form_of(BODY).find("overall")
    assert is_bad(question, Given(number=2))
    assert not is_bad(question, Given(number=3))
    assert words(question.text, "zh-hant") == "整體滿意度"
    assert words(question.text, "en") == "Overall satisfaction"
    assert words({"zh_hans": "只有简体"}, "en") == "只有简体"
