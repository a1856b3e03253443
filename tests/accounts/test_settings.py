"""What a person sets for themselves: screen, password, deputy."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from crm.customers.models import Card
from crm.people.models import Delegation, User
from crm.records.models import AuditEvent
from tests.people import PASSWORD, Cast, make_card

URL = "/accounts/settings/"
AWAY = "/accounts/absences/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def away(deputy: User, first: int, last: int) -> dict[str, str]:
    today = timezone.localdate()
    days = [today + dt.timedelta(days=n) for n in (first, last)]
    return {"deputy": str(deputy.pk), "starts_on": f"{days[0]}", "ends_on": f"{days[1]}"}


def test_language_theme_and_shortcuts_are_kept(cast: Cast) -> None:
    client = signed_in(cast.lin)
    answer = client.post(URL, {"language": "zh-hant", "theme": "dark"})
    assert answer.status_code == 302
    cast.lin.refresh_from_db()
    assert (cast.lin.language, cast.lin.theme, cast.lin.shortcuts_on) == ("zh-hant", "dark", False)
    page = client.get(URL)
    assert page["Content-Language"] == "zh-hant"
    html = page.content.decode()
    assert '<html lang="zh-Hant"' in html
    assert 'data-bs-theme="dark"' in html
    assert "data-shortcuts" not in html
    assert AuditEvent.objects.latest("id").action == "people.save_settings"


@pytest.mark.parametrize("data", [{"language": "tlh"}, {"theme": "pink"}, {"language": "\0"}])
def test_what_is_not_on_offer_is_refused(cast: Cast, data: dict[str, str]) -> None:
    answer = signed_in(cast.lin).post(URL, data)
    assert answer.status_code == 422
    cast.lin.refresh_from_db()
    assert (cast.lin.language, cast.lin.theme) == ("", "")


def test_extra_fields_change_nothing(cast: Cast) -> None:
    signed_in(cast.lin).post(
        URL, {"theme": "dark", "username": "boss", "is_active": "", "session_epoch": "9"}
    )
    cast.lin.refresh_from_db()
    assert (cast.lin.username, cast.lin.is_active, cast.lin.session_epoch) == ("lin", True, 1)


def test_lin_changes_her_password_stays_here_and_is_out_elsewhere(cast: Cast) -> None:
    here, phone = signed_in(cast.lin), signed_in(cast.lin)
    words = {"present": PASSWORD, "password": "purple bicycle under rain"}
    assert here.post("/accounts/password/", words).url == URL
    assert here.get(URL).status_code == 200
    assert phone.get(URL).status_code == 302
    event = AuditEvent.objects.get(action="people.change_password")
    assert event.actor == cast.lin
    assert "purple" not in f"{event.before}{event.after}"


def test_a_password_form_pressed_again_after_it_was_saved_is_no_wrong_password(cast: Cast) -> None:
    here = signed_in(cast.lin)
    words = {"present": PASSWORD, "password": "purple bicycle under rain", "request_id": "once"}
    answers = [here.post("/accounts/password/", words) for _press in range(2)]
    assert [answer.url for answer in answers] == [URL, URL]
    kept = AuditEvent.objects.exclude(action="people.sign_in").values_list("action", flat=True)
    assert list(kept) == ["people.change_password"]


@pytest.mark.parametrize(
    ("present", "password", "field"),
    [("wrong", "purple bicycle under rain", "present"), (PASSWORD, "short", "password")],
)
def test_a_wrong_present_or_a_weak_new_password_changes_nothing(
    cast: Cast, present: str, password: str, field: str
) -> None:
    words = {"present": present, "password": password}
    answer = signed_in(cast.lin).post("/accounts/password/", words)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    cast.lin.refresh_from_db()
    assert cast.lin.check_password(PASSWORD)


def test_zhou_stands_in_for_lin_from_day_to_day(cast: Cast) -> None:
    card = make_card(cast.lin)
    assert not Card.objects.visible_to(cast.zhou).exists()
    assert signed_in(cast.lin).post(AWAY, away(cast.zhou, 0, 3)).url == URL
    deputy = User.objects.get(pk=cast.zhou.pk)
    assert list(Card.objects.visible_to(deputy)) == [card]
    assert AuditEvent.objects.get(action="people.plan_absence").actor == cast.lin


@pytest.mark.parametrize(
    ("deputy", "first", "last", "field"),
    [
        ("otto", 0, 3, "deputy"),
        ("wu", 0, 3, "deputy"),
        ("lin", 0, 3, "deputy"),
        ("adele", 0, 3, "deputy"),
        ("zhou", 3, 1, "ends_on"),
        ("zhou", -5, -2, "ends_on"),
    ],
)
def test_who_does_not_fit_cannot_stand_in(
    cast: Cast, deputy: str, first: int, last: int, field: str
) -> None:
    answer = signed_in(cast.lin).post(AWAY, away(getattr(cast, deputy), first, last))
    assert answer.status_code == 422
    assert field in answer.context["absence_form"].errors
    assert not Delegation.objects.exists()


def test_two_deputies_at_once_and_an_absent_deputy_are_refused(cast: Cast) -> None:
    lin, zhou = signed_in(cast.lin), signed_in(cast.zhou)
    assert lin.post(AWAY, away(cast.zhou, 0, 3)).status_code == 302
    assert lin.post(AWAY, away(cast.ma, 2, 5)).status_code == 422
    assert signed_in(cast.ma).post(AWAY, away(cast.lin, 1, 2)).status_code == 422
    assert zhou.post(AWAY, away(cast.ma, 5, 6)).status_code == 302


def test_back_early_the_deputy_sees_nothing_any_more(cast: Cast) -> None:
    make_card(cast.lin)
    today = timezone.localdate()
    absence = Delegation.objects.create(
        user=cast.lin,
        deputy=cast.zhou,
        starts_on=today - dt.timedelta(days=3),
        ends_on=today + dt.timedelta(days=3),
    )
    url = f"/accounts/absences/{absence.public_id}/end/"
    assert signed_in(cast.zhou).post(url).status_code == 404
    assert signed_in(cast.lin).post(url).status_code == 302
    assert not Card.objects.visible_to(User.objects.get(pk=cast.zhou.pk)).exists()
    absence.refresh_from_db()
    assert absence.ends_on == today - dt.timedelta(days=1)


def test_an_absence_to_come_is_taken_back_whole(cast: Cast) -> None:
    lin = signed_in(cast.lin)
    lin.post(AWAY, away(cast.zhou, 2, 3))
    absence = Delegation.objects.get()
    lin.post(f"/accounts/absences/{absence.public_id}/end/")
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    "who", ["lin", "chen", "wu", "tang", "fang", "shen", "bai", "pan", "adele"]
)
def test_the_settings_page_serves_every_role(cast: Cast, who: str) -> None:
    page = signed_in(getattr(cast, who)).get(URL)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_a_form_of_hers_sent_twice_stands_on_the_trail_once(cast: Cast) -> None:
    for url, words in (
        (URL, {"language": "en", "theme": "dark"}),
        ("/accounts/sessions/end/", {}),
    ):
        for _press in range(2):
            here = signed_in(cast.lin)
            assert here.post(url, {**words, "request_id": "one"}).status_code == 302
    cast.lin.refresh_from_db()
    for action in ("people.save_settings", "people.end_other_sessions"):
        assert AuditEvent.objects.filter(action=action).count() == 1
