"""The language on a customer's card: who is suggested, how mails and links begin (RV-24)."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.customers.models import Card, Customer
from tests.people import NOW, Cast, make_card, make_cast, make_visit
from visits.actions import assign_visit, make_link
from visits.models import Visit, VisitorProfile
from visits.queues.visitors import best_visitors, fits_for

TODAY = NOW.date()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def client_of(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def visit_of(cast: Cast, language: str) -> Visit:
    card = make_card(cast.lin, "高峰")
    Customer.objects.filter(pk=card.customer_id).update(language=language)
    return Visit.objects.select_related("card__customer").get(pk=make_visit(card, TODAY).pk)


def test_whoever_speaks_the_customers_language_is_suggested_first(cast):
    xu = client_of(cast.xu)
    url = reverse("visits:change_visitor", args=[cast.xu.public_id])
    sent = {"version": 1, "qualified": "on", "tongues": ["en"], "dialects": "粤语"}
    assert xu.post(url, sent).status_code == 302
    assert VisitorProfile.objects.get().languages == "en 粤语"
    VisitorProfile.objects.create(user=cast.wu, languages="zh-hans")
    english, chinese = visit_of(cast, "en"), visit_of(cast, "zh-hans")
    best = best_visitors([english, chinese], NOW.date())
    assert best[english.pk].user_id == cast.xu.pk
    assert best[chinese.pk].user_id == cast.wu.pk
    # a customer of unknown language is anybody's: then the load decides, and here the older one
    assert fits_for(visit_of(cast, ""))[0].speaks
    assert "English 粤语" in xu.get(reverse("visits:visitors")).content.decode()


def test_a_mail_and_a_link_begin_in_the_customers_language(cast):
    visit = visit_of(cast, "en")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    page = client_of(cast.wu).get(reverse("visits:write_mail", args=[visit.public_id]))
    assert page.context["form"]["language"].value() == "en"
    assert page.context["form"]["subject"].value().startswith("How are things?")
    made = make_link(visit, by=cast.wu, now=NOW)
    assert made
    phone = Client(headers={"accept-language": "zh-hans"})
    address = reverse("survey:answer_survey", args=[made[1]])
    assert '<html lang="en"' in phone.get(address).content.decode()
    # what was chosen on the page comes before what stands on the card
    assert '<html lang="zh-Hant"' in phone.get(f"{address}?l=zh-hant").content.decode()


def test_the_owner_writes_it_down_and_sees_it_on_the_card(cast):
    card = make_card(cast.lin, "高峰")
    lin, url = client_of(cast.lin), reverse("customers:update_profile", args=[card.public_id])
    sent = {"version": card.customer.version, "name": "高峰", "phone": card.customer.phone}
    assert lin.post(url, {**sent, "language": "fr"}).status_code == 422
    assert lin.post(url, {**sent, "language": "zh-hant"}).status_code == 302
    assert Card.objects.get(pk=card.pk).customer.language == "zh-hant"
    page = lin.get(reverse("home:card", args=[card.public_id]))
    assert "繁體中文" in page.content.decode()
