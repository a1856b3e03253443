"""Two people saved the same card: the second sees both texts."""

from django import forms
from django.http import QueryDict
from django.utils import translation

from crm.ui.conflicts import Difference, both_texts, resend


class Needs(forms.Form):
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    level = forms.ChoiceField(label="Level", choices=[("H", "Level H"), ("A", "Level A")])
    colours = forms.MultipleChoiceField(
        label="Colours", required=False, choices=[("Light", [("w", "white")]), ("d", "dark")]
    )
    trade_in = forms.BooleanField(label="Trade-in", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


POSTED = "note=Sunday%0D%0Awith+wife&level=A&colours=w&colours=d&trade_in=on&secret=1"


def test_only_what_differs_is_shown_in_words_people_read() -> None:
    typed = Needs(QueryDict(POSTED))
    stored = Needs(initial={"note": "Saturday", "level": "A", "colours": ["d"], "secret": 2})

    with translation.override("en"):
        found = both_texts(typed, stored)

    assert found == [
        Difference("Note", "Sunday\nwith wife", "Saturday"),
        Difference("Colours", "white, dark", "dark"),
        Difference("Trade-in", "yes", "no"),
    ]


def test_a_line_break_sent_by_a_browser_is_no_difference() -> None:
    typed = Needs(QueryDict("note=a%0D%0Ab&level=H"))

    assert both_texts(typed, Needs(initial={"note": "a\nb", "level": "H"})) == []


def test_ones_own_text_can_be_sent_again_against_the_new_version() -> None:
    typed = Needs(QueryDict(f"csrfmiddlewaretoken=x&version=3&request_id=y&{POSTED}"))

    again = resend(typed, url="/customers/x/", version=4)

    assert again.version == 4
    assert ("colours", "w") in again.fields
    assert ("colours", "d") in again.fields
    assert not {"csrfmiddlewaretoken", "version", "request_id"} & {name for name, _ in again.fields}
