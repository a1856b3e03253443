"""What is kept of a page is the same for everybody: no word of one person meets another's eye."""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from crm.ui import moulds
from crm.ui.moulds import draw

BELL = "ui/_phone_actions.html"


def side(name: str, role: str = "Salesperson") -> SafeString:
    return draw("ui/_side.html", {"menu": ()}, user_name=name, role_name=role, csrf_token=name * 9)


def test_a_mould_draws_what_its_template_draws() -> None:
    shape = {"can_search": True, "unread_count": 3}
    with translation.override("zh-hans"):
        assert draw(BELL, shape) == render_to_string(BELL, shape)


def test_a_second_person_finds_nothing_of_the_first() -> None:
    first = side("林晓彤")
    before = len(moulds._kept)
    second = side("Zhou")

    assert len(moulds._kept) == before
    assert "林晓彤" in first
    assert "林晓彤" not in second
    assert second == first.replace("林晓彤", "Zhou")


def test_words_are_escaped_and_stand_for_themselves_alone() -> None:
    html = side("<b>\ue000role_name\ue001{{ x }}", "Manager")

    assert "&lt;b&gt;\ue000role_name\ue001{{ x }}" in html
    assert "<b>" not in html.replace('<span class="b">', "")


def test_each_language_has_its_own() -> None:
    with translation.override("en"):
        english = side("Lin")
    with translation.override("zh-hans"):
        chinese = side("Lin")

    assert "Sign out" in english
    assert "Sign out" not in chinese


def test_an_empty_word_is_asked_about_as_before() -> None:
    html = draw("ui/_side.html", {"menu": ()}, store_name="")

    assert '<span class="s">' not in html
    assert '<span class="s">East' in draw("ui/_side.html", {"menu": ()}, store_name="East")
