"""What a questionnaire asks, what is shown when, and whether answers fit (RV-31). Pure.

A version's body is a list of sections, each with questions:

    {"sections": [{"key": "s1", "title": {"zh_hans": …}, "questions": [{
        "key": "overall", "type": "grade", "text": {"zh_hans": …, "zh_hant": …, "en": …},
        "required": true, "measures": "satisfaction", "options": [{"key": "a", "text": {…}}],
        "if": {"question": "overall", "in": ["1", "2"]}}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

GRADE, SINGLE, MULTIPLE, YES_NO = "grade", "single", "multiple", "yes_no"
NUMBER, TEXT, SCALE = "number", "text", "scale"
TYPES = (GRADE, SINGLE, MULTIPLE, YES_NO, NUMBER, TEXT, SCALE)
CHOSEN = (SINGLE, MULTIPLE)
YES, NO = "yes", "no"
GRADES = range(1, 6)  # 5 = very satisfied (RV-03, N-28)
SCALE_POINTS = range(11)  # 0–10
BAD_GRADES = frozenset({1, 2})
# The measure that is asked about this very visit (SA-02).
ABOUT_THE_VISIT = "visitor"
# The ready question whether a salesperson was in touch lately, by its key (SA-03).
CONTACTED = "contacted"
CONTENT_FROM = 4
NUMBER_AT_MOST = 9_999_999
TEXT_AT_MOST = 2_000
LANGUAGES = ("zh_hans", "zh_hant", "en")
# The option that alone says yes where a customer may also be unsure (kpi.md, repurchase_rate).
SAID_YES, SAID_NO = "yes", "no"
# What the ready question offers between the two.
UNSURE = LIKELY, NOT_SURE = "likely", "unsure"
# What an answer counts for in the figures (kpi.md); each needs its own type.
MEASURES: dict[str, str] = {
    "satisfaction": GRADE,
    "recommend": SCALE,
    "repurchase": YES_NO,
    "visitor": GRADE,
    "follow_up": GRADE,
    "sales": GRADE,
    "product": GRADE,
    "after_sales": GRADE,
    "reason": MULTIPLE,
}
# Asked as yes or no before, and as "yes, probably, not sure, no" since.
ALSO_MEASURES = {"repurchase": SINGLE}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question, in all languages."""

    key: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is asked only after another was answered so."""

    question: str
    among: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a version."""

    key: str
    type: str
    text: Mapping[str, str]
    required: bool = False
    measures: str = ""
    options: tuple[Choice, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one title."""

    key: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: a number for grades, scales, numbers and yes (1) or no (0), keys, or words."""

    number: int | None = None
    choices: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self.number is None and not self.choices and not self.text.strip()

    @property
    def keys(self) -> frozenset[str]:
        """The answer as conditions compare it."""
        return frozenset(self.choices or ([] if self.number is None else [str(self.number)]))


Answers = Mapping[str, Given]


@dataclass(frozen=True)
class Form:
    """A version as it is asked."""

    sections: tuple[Section, ...] = field(default_factory=tuple)

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in order."""
        return (question for section in self.sections for question in section.questions)

    def find(self, key: str) -> Question | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)

    def asked(self, answers: Answers) -> list[Question]:
        """The questions these answers lead to; one hidden hides those that hang on it."""
        shown: list[Question] = []
        keys: set[str] = set()
        for question in self.questions:
            if _is_asked(question, answers, keys):
                shown.append(question)
                keys.add(question.key)
        return shown

    def missing(self, answers: Answers) -> list[Question]:
        """Required questions without an answer."""
        empty = Given()
        return [
            question
            for question in self.asked(answers)
            if question.required and answers.get(question.key, empty).is_empty
        ]

    def measured(self, measure: str, answers: Answers) -> Given | None:
        """The answer that counts for a measure; None where it was not asked or not answered."""
        for question in self.asked(answers):
            given = answers.get(question.key)
            if question.measures == measure and given is not None and not given.is_empty:
                return given
        return None


def _is_asked(question: Question, answers: Answers, shown: set[str]) -> bool:
    condition = question.condition
    if condition is None:
        return True
    given = answers.get(condition.question)
    return (
        condition.question in shown
        and given is not None
        and not given.keys.isdisjoint(condition.among)
    )


def form_of(body: Mapping[str, Any]) -> Form:
    """The version's questions; what a body lacks is empty."""
    return Form(tuple(_section(section) for section in body.get("sections", ())))


def _section(body: Mapping[str, Any]) -> Section:
    questions = tuple(_question(question) for question in body.get("questions", ()))
    return Section(str(body.get("key", "")), dict(body.get("title", {})), questions)


def _question(body: Mapping[str, Any]) -> Question:
    hangs = body.get("if")
    return Question(
        key=str(body.get("key", "")),
        type=str(body.get("type", "")),
        text=dict(body.get("text", {})),
        required=bool(body.get("required")),
        measures=str(body.get("measures", "")),
        options=tuple(
            Choice(str(option.get("key", "")), dict(option.get("text", {})))
            for option in body.get("options", ())
        ),
        condition=Condition(str(hangs["question"]), frozenset(map(str, hangs["in"])))
        if hangs
        else None,
    )


def faults(form: Form) -> list[tuple[str, str]]:
    """What keeps a version from use, as (question key, fault); empty when all is well.

    Faults: no_questions, key, key_twice, type, text, options, measure, measure_yes,
    measure_twice, condition, not_about_this_visit. The last: every questionnaire asks about
    this very visit (D19).
    """
    found: list[tuple[str, str]] = []
    seen: dict[str, Question] = {}
    measured: set[str] = set()
    for question in form.questions:
        found += [(question.key, fault) for fault in _faults_of(question, seen, measured)]
        seen[question.key] = question
        measured.add(question.measures)
    if not seen:
        found.append(("", "no_questions"))
    elif "visitor" not in measured:
        found.append(("", "not_about_this_visit"))
    return found


def _faults_of(
    question: Question, earlier: Mapping[str, Question], measured: set[str]
) -> Iterator[str]:
    if not question.key or not question.key.replace("_", "").isalnum() or len(question.key) > 40:
        yield "key"
    if question.key in earlier:
        yield "key_twice"
    if question.type not in TYPES:
        yield "type"
    if not all(question.text.get(language, "").strip() for language in LANGUAGES):
        yield "text"
    if question.type in CHOSEN and not _options_hold(question.options):
        yield "options"
    yield from _faults_of_measure(question, measured)
    if question.condition and not _condition_holds(question.condition, earlier):
        yield "condition"


def _faults_of_measure(question: Question, measured: set[str]) -> Iterator[str]:
    if not question.measures:
        return
    if not may_measure(question.measures, question.type):
        yield "measure"
    elif question.measures == "repurchase" and not possible(question) & {SAID_YES, "1"}:
        yield "measure_yes"
    if question.measures in measured:
        yield "measure_twice"


def may_measure(measure: str, kind: str) -> bool:
    """Whether a question of this type can count for a figure."""
    return kind in (MEASURES.get(measure), ALSO_MEASURES.get(measure))


def says_yes(given: Given) -> bool:
    """Whether an answer is a plain yes: probably is none (kpi.md)."""
    return given.number == 1 or SAID_YES in given.choices


def _options_hold(options: tuple[Choice, ...]) -> bool:
    keys = [option.key for option in options]
    complete = all(
        option.key and all(option.text.get(lang, "").strip() for lang in LANGUAGES)
        for option in options
    )
    return len(keys) >= 2 and len(set(keys)) == len(keys) and complete


def _condition_holds(condition: Condition, earlier: Mapping[str, Question]) -> bool:
    asked = earlier.get(condition.question)
    return asked is not None and bool(condition.among) and condition.among <= possible(asked)


def possible(question: Question) -> frozenset[str]:
    """The answers of a question that others may hang on."""
    if question.type in CHOSEN:
        return frozenset(option.key for option in question.options)
    points = {GRADE: GRADES, SCALE: SCALE_POINTS, YES_NO: range(2)}.get(question.type, range(0))
    return frozenset(map(str, points))


def read(question: Question, values: list[str]) -> Given:
    """An answer from what a form sent; raises ValueError(fault) where it does not fit.

    Faults: unknown (no such choice), number, too_long. Nothing sent is an empty answer.
    """
    sent = [value.strip() for value in values if value.strip()]
    if not sent:
        return Given()
    if question.type == TEXT:
        if len(sent[0]) > TEXT_AT_MOST:
            raise ValueError("too_long")
        return Given(text=sent[0])
    if question.type in CHOSEN:
        wanted = tuple(dict.fromkeys(sent if question.type == MULTIPLE else sent[:1]))
        if not set(wanted) <= possible(question):
            raise ValueError("unknown")
        return Given(choices=wanted)
    return Given(number=_number(question, sent[0]))


def _number(question: Question, sent: str) -> int:
    if not sent.isascii() or not sent.isdigit() or len(sent) > len(str(NUMBER_AT_MOST)):
        raise ValueError("number")
    if question.type != NUMBER and str(int(sent)) not in possible(question):
        raise ValueError("unknown")
    return int(sent)


def words(text: Mapping[str, str], language: str) -> str:
    """A text in the reader's language; in Simplified Chinese, else any, where that is empty."""
    wanted = language.lower().replace("-", "_")
    return text.get(wanted) or text.get("zh_hans") or next((t for t in text.values() if t), "")


def is_bad(question: Question, given: Given) -> bool:
    """Whether the answer is a bad grade, after which help is offered (RV-39)."""
    return question.type == GRADE and given.number in BAD_GRADES


def content_with(grade: int | None) -> bool | None:
    """Whether a grade says content or not content; None where it says neither, or nothing."""
    if grade in BAD_GRADES:
        return False
    return True if grade is not None and grade >= CONTENT_FROM else None
