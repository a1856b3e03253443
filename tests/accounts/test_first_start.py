"""From an empty database to a salesperson at work, by links and forms alone."""

import re

from django.core.management import call_command
from django.test import Client

from crm.people.models import Store, Team, User
from crm.records.models import AuditEvent

GOOD = "purple bicycle under rain"


def path_in(text: str) -> str:
    found = re.search(r"/accounts/links/[\w-]+/", text)
    assert found
    return found.group(0)


def test_an_empty_installation_is_set_up_by_its_first_administrator(db, capsys) -> None:
    assert Client().get("/").url == "/accounts/login/?next=/"
    call_command("create_admin", name="管理员")
    admin = Client()
    assert admin.post(path_in(capsys.readouterr().out), {"password": GOOD}).url == "/"
    home = admin.get("/")
    assert "/accounts/stores/new/" in home.content.decode()

    admin.post("/accounts/stores/new/", {"code": "SH01", "name": "浦东店", "request_id": "1"})
    store = Store.objects.get()
    admin.post("/accounts/teams/new/", {"store": store.pk, "name": "一组", "request_id": "2"})
    team = Team.objects.get()
    people = {"lin": "salesperson", "chen": "sales_supervisor", "shen": "manager"}
    links = {}
    for number, (username, role) in enumerate(people.items()):
        place = {"store": store.pk} | ({} if role == "manager" else {"team": team.pk})
        data = {"username": username, "name": username, "role": role, "request_id": f"u{number}"}
        made = admin.post("/accounts/users/new/", {**data, **place})
        links[username] = path_in(made.content.decode())

    for username, first_page in (("lin", "/followups/day/"), ("chen", "/dashboard/")):
        person = Client()
        assert person.post(links[username], {"password": f"{GOOD} {username}"}).url == "/"
        assert person.get("/").url == first_page
        assert person.get(first_page).status_code == 200
        person.post("/accounts/logout/")
        words = {"username": username, "password": f"{GOOD} {username}"}
        assert person.post("/accounts/login/", words).url == "/"

    alone = AuditEvent.objects.filter(action="people.grant_role", after__granted_alone=True)
    assert [event.subject_id for event in alone] == [User.objects.get(username="shen").public_id]
