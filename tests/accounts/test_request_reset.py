"""A reset by mail tells nobody who has an account, and its link never trusts the request."""

import pytest
from django.core import mail
from django.utils import timezone
from django_q.models import OrmQ

from crm.home.actions.mails import mail_link
from crm.home.tasks import mail_reset_links
from crm.people.actions import make_link
from crm.people.models import User
from tests.people import Cast

URL = "/accounts/reset/"


@pytest.mark.parametrize("who", ["lin", "lin@example.com", "LIN@Example.com", "nobody", "a@b.c"])
def test_the_answer_and_the_work_are_the_same_for_everybody(client, cast: Cast, who: str) -> None:
    answer = client.post(URL, {"who": who})
    assert answer.status_code == 200
    assert answer.context["is_sent"]
    assert OrmQ.objects.count() == 1
    assert f">{who}" not in answer.content.decode()


def test_the_worker_mails_a_link_that_begins_with_site_url(client, cast: Cast, settings) -> None:
    settings.SITE_URL = "https://crm.example.com"
    assert mail_reset_links([cast.lin.pk]) == 1
    (letter,) = mail.outbox
    assert letter.to == ["lin@example.com"]
    assert "https://crm.example.com/accounts/links/" in letter.body
    path = next(word for word in letter.body.split() if "/links/" in word)
    assert client.get(path.removeprefix("https://crm.example.com")).status_code == 200


def test_a_forged_host_is_refused_and_changes_no_link(client, cast: Cast) -> None:
    assert client.post(URL, {"who": "lin"}, headers={"host": "evil.example"}).status_code == 400
    assert not OrmQ.objects.exists()


def test_an_impatient_hand_gets_one_mail(cast: Cast) -> None:
    assert mail_reset_links([cast.lin.pk]) == 1
    assert mail_reset_links([cast.lin.pk]) == 0
    assert len(mail.outbox) == 1


def test_a_deactivated_user_gets_none(cast: Cast) -> None:
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    assert mail_reset_links([cast.lin.pk]) == 0


def test_without_mail_the_page_names_the_administrator(client, cast: Cast, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.get(URL)
    assert 'name="who"' not in page.content.decode()
    assert client.post(URL, {"who": "lin"}).status_code == 200
    assert not OrmQ.objects.exists()
    assert not mail_link(cast.lin, "token", "reset")


def test_a_letter_speaks_the_readers_language_and_keeps_their_name(cast: Cast) -> None:
    User.objects.filter(pk=cast.lin.pk).update(language="en", name="O'Neil & Söhne")
    cast.lin.refresh_from_db()
    token = make_link(cast.lin, "invitation", by=None, now=timezone.now())
    assert mail_link(cast.lin, token, "invitation")
    assert "O'Neil & Söhne" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Your account is ready"


@pytest.mark.parametrize("who", ["", "x" * 300, "\0"])
def test_hostile_words_are_refused(client, cast: Cast, who: str) -> None:
    assert client.post(URL, {"who": who}).status_code == 422
