"""Who is signed in: one statement with the posts and absences of today, and none of other days."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.people import roles
from crm.people.models import Delegation, Device, Membership, User
from crm.people.roles import Reach
from tests.people import NOW, SHANGHAI, Cast, make_cast

TODAY = NOW.astimezone(SHANGHAI).date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


def reach_of(user: User) -> Reach:
    """What the sign-in backends find of this person."""
    return User._default_manager.get(pk=user.pk).reach


def away(user: User, deputy: User, first: dt.date, last: dt.date) -> None:
    Delegation.objects.create(user=user, deputy=deputy, starts_on=first, ends_on=last)


def test_the_person_comes_with_their_posts_in_one_statement(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = User._default_manager.get(pk=cast.lin.pk)
        reach = found.reach

    assert found == cast.lin
    assert (found.username, found.name, found.password) == ("lin", "林晓彤", cast.lin.password)
    (post,) = reach.posts
    assert (post.role, post.store_id, post.team_id, post.department_id, post.store_name) == (
        roles.SALESPERSON,
        cast.pudong.pk,
        cast.team_one.pk,
        None,
        "浦东店",
    )
    assert reach.user_id == cast.lin.pk
    assert reach.stands_in_for == frozenset()


def test_it_says_what_is_read_for_anybody_else(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.chen, role=roles.MANAGER, store=cast.pudong, valid_from=TODAY
    )
    away(cast.lin, cast.chen, TODAY, TODAY)
    away(cast.zhou, cast.chen, TODAY - DAY, TODAY + DAY)

    for user in User.objects.all():
        assert reach_of(user) == user.reach
    assert [post.role for post in reach_of(cast.chen).posts] == [
        roles.SALES_SUPERVISOR,
        roles.MANAGER,
    ]
    assert reach_of(cast.chen).stands_in_for == {cast.lin.pk, cast.zhou.pk}


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [(-5, None, True), (0, 0, True), (-5, -1, False), (1, None, False)],
    ids=["for ever", "today alone", "ended yesterday", "from tomorrow"],
)
def test_a_post_counts_on_its_days(
    cast: Cast, first: int, last: int | None, *, counts: bool
) -> None:
    cast.lin.memberships.update(
        valid_from=TODAY + first * DAY, valid_to=None if last is None else TODAY + last * DAY
    )
    assert bool(reach_of(cast.lin).posts) is counts


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [(0, 0, True), (-3, 3, True), (-3, -1, False), (1, 3, False)],
    ids=["today alone", "around today", "ended yesterday", "from tomorrow"],
)
def test_somebody_is_stood_in_for_on_the_days_of_their_absence(
    cast: Cast, first: int, last: int, *, counts: bool
) -> None:
    away(cast.lin, cast.zhou, TODAY + first * DAY, TODAY + last * DAY)

    assert (cast.lin.pk in reach_of(cast.zhou).stands_in_for) is counts
    assert reach_of(cast.lin).stands_in_for == frozenset()


def test_today_is_that_of_the_store_and_moves_on(cast: Cast) -> None:
    cast.lin.memberships.update(valid_to=TODAY)
    midnight = dt.datetime.combine(TODAY + DAY, dt.time(), SHANGHAI)

    with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False):
        assert reach_of(cast.lin).posts
    with time_machine.travel(midnight, tick=False):
        assert not reach_of(cast.lin).posts


def test_a_post_given_or_taken_away_counts_at_once(cast: Cast) -> None:
    assert reach_of(cast.lin).posts
    cast.lin.memberships.update(valid_to=TODAY - DAY)
    assert not reach_of(cast.lin).posts


def test_somebody_deactivated_reaches_nothing(cast: Cast) -> None:
    away(cast.lin, cast.zhou, TODAY, TODAY)
    cast.zhou.is_active = False
    cast.zhou.save()

    reach = reach_of(cast.zhou)

    assert not User._default_manager.get(pk=cast.zhou.pk).is_active
    assert (reach.posts, reach.stands_in_for) == ((), frozenset())


def test_nobody_is_not_found(cast: Cast) -> None:
    with pytest.raises(User.DoesNotExist):
        User._default_manager.get(pk=cast.ola.pk + 1000)
    assert User._default_manager.get(username="lin") == cast.lin


def opened(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reader_of(client: Client) -> object:
    """Who the product takes the sender of this client's requests for."""
    return client.get(reverse("home:devices")).wsgi_request.user


def test_a_session_brings_its_person_along_in_one_statement(cast: Cast) -> None:
    client = opened(cast.lin)
    with CaptureQueriesContext(connection) as found:
        assert reader_of(client) == cast.lin
    read = [one["sql"] for one in found if '"people_user"."password"' in one["sql"]]
    assert len(read) == 1
    assert not [sql for one in found if (sql := one["sql"]).startswith('SELECT "django_session"')]


def test_a_session_belongs_to_who_signed_in_whatever_its_device_says(cast: Cast) -> None:
    client = opened(cast.lin)
    Device.objects.filter(user=cast.lin).update(user=cast.zhou)
    assert reader_of(client) == cast.lin
    Device.objects.all().delete()
    assert reader_of(client) == cast.lin


def test_a_session_that_is_over_brings_nobody(cast: Cast) -> None:
    for end in (
        lambda: Session.objects.update(expire_date=NOW),
        lambda: Session.objects.all().delete(),
        lambda: User.objects.filter(pk=cast.lin.pk).update(session_epoch=99),
    ):
        client = opened(cast.lin)
        end()
        assert not getattr(reader_of(client), "is_authenticated", False)
