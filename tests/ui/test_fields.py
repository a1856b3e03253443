"""Form fields as the guide draws them: label, required in words, hint, error, focus."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.urls import include, path
from django.utils import translation

from crm.ui import fields
from crm.ui.datewords import Understood

SHANGHAI = ZoneInfo("Asia/Shanghai")
urlpatterns = [path("", include("crm.ui.urls"))]


@pytest.fixture(autouse=True)
def _in_english(settings) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    with translation.override("en"):
        yield


class Enquiry(forms.Form):
    name = forms.CharField(help_text="As on the card")
    method = forms.ChoiceField(
        choices=[("phone", "Phone"), ("wechat", "WeChat")],
        initial="phone",
        widget=fields.Buttons(icons={"phone": "phone"}),
    )
    model = forms.ChoiceField(choices=[("", "—")], required=False)
    agrees = forms.BooleanField(required=False, label="Agrees to be called")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(bound: forms.BoundField, **options: str) -> str:
    return fields.render(bound, **options)


def test_a_text_field_ties_label_hint_and_control_together() -> None:
    html = drawn(Enquiry()["name"])

    assert '<label class="form-label" for="id_name">Name <span class="req">required</span>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert '<div class="hint" id="id_name_helptext">As on the card</div>' in html
    assert "autofocus" not in html


def test_the_first_wrong_field_gets_the_focus_and_says_why() -> None:
    form = Enquiry({"name": "", "method": ""})
    name, method = drawn(form["name"]), drawn(form["method"])

    assert 'aria-invalid="true"' in name
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'id="id_name_error"' in name
    assert "autofocus" in name
    assert "autofocus" not in method
    assert (
        '<fieldset class="field " aria-invalid="true" aria-describedby="id_method_error">' in method
    )


def test_a_choice_is_buttons_over_real_radios() -> None:
    html = drawn(Enquiry()["method"])

    assert html.count('type="radio"') == 2
    assert "crm/icons.svg#phone" in html
    assert "required</span>" not in html, "a choice that is made needs no such word"


def test_the_hint_of_a_person_is_text_not_markup() -> None:
    assert "<i>" not in drawn(Enquiry()["name"], hint="<i>x</i>", label="<i>y</i>")


def test_checks_and_hidden_fields_keep_their_shape() -> None:
    form = Enquiry()

    assert 'class="check"' in drawn(form["agrees"])
    assert drawn(form["token"]).startswith('<input type="hidden"')
    assert "form-select" in drawn(form["model"])


def test_a_refused_form_lists_what_is_wrong_with_links() -> None:
    form = Enquiry({"name": "", "method": ""})
    html = Template("{% load floor %}{% form_errors form %}").render(Context({"form": form}))

    assert 'href="#id_name"' in html
    assert 'href="#id_method_0"' in html
    assert 'role="alert"' in html


def test_one_error_needs_no_list() -> None:
    form = Enquiry({"name": "", "method": "phone"})
    html = Template("{% load floor %}{% form_errors form %}").render(Context({"form": form}))

    assert html.strip() == ""


class Next(forms.Form):
    at = fields.SpokenMoment(help_text="Words will do")


@time_machine.travel(datetime(2026, 3, 12, 2, 20, tzinfo=UTC), tick=False)
def test_a_moment_is_understood_in_words_and_in_figures() -> None:
    for words in ("后天 16:00", "2026-03-14 16:00"):
        form = Next({"at": words})

        assert form.is_valid()
        assert form.cleaned_data["at"] == Understood(
            datetime(2026, 3, 14, 16, 0, tzinfo=SHANGHAI), untimed=False
        )


@pytest.mark.parametrize("words", ["以后再说", "1999-01-01", "2101-01-01", "\x00", "9" * 200_000])
def test_what_is_not_understood_stays_typed_and_says_so(words: str) -> None:
    form = Next({"at": words})

    assert not form.is_valid()
    assert form.errors["at"]


def test_a_stored_moment_is_shown_in_the_stores_zone() -> None:
    stored = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)

    assert 'value="2026-03-14 16:00"' in str(Next(initial={"at": stored})["at"])
    whole_day = Understood(datetime(2026, 3, 14, 23, 59, 59, tzinfo=SHANGHAI), untimed=True)
    assert 'value="2026-03-14"' in str(Next(initial={"at": whole_day})["at"])
