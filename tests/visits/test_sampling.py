"""The draw itself: anybody with seed and visits draws the same; and how far a share may lie off."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.records.intervals import wilson
from visits.sampling import Drawn, draw, months_to_draw, share_out, size_of

VISITS = [f"visit-{n:03d}" for n in range(200)]


def test_the_same_seed_draws_the_same_visits_in_any_order():
    assert draw("aa", VISITS, count=20) == draw("aa", VISITS[::-1], count=20)
    assert draw("aa", VISITS, count=20) != draw("bb", VISITS, count=20)
    # Written out, so that a later release cannot draw an old month otherwise.
    assert draw("5eed", ["a", "b", "c", "d", "e"], count=2) == DRAWN_BY_HAND


DRAWN_BY_HAND = ("e", "d")


def test_every_visit_is_as_likely_as_any_other():
    counts = Counter(one for n in range(2000) for one in draw(f"seed {n}", VISITS[:20], count=2))
    assert set(counts) == set(VISITS[:20])
    assert all(140 < many < 260 for many in counts.values()), counts


@pytest.mark.parametrize(
    ("completed", "drawn"),
    [(0, 0), (3, 3), (5, 5), (49, 5), (50, 5), (51, 6), (100, 10), (101, 11)],
)
def test_ten_percent_rounded_up_and_five_at_least(completed, drawn):
    assert size_of(completed, rate=10, least=5) == drawn


def test_no_rate_and_no_minimum_draw_nothing():
    assert size_of(80, rate=0, least=0) == 0


def test_audits_go_to_whoever_has_the_fewest_and_is_not_barred():
    drawn = [Drawn(1), Drawn(2), Drawn(3, frozenset({8})), Drawn(4, frozenset({7, 8}))]
    assert share_out(drawn, {7: 1, 8: 0}) == {1: 8, 2: 7, 3: 7}
    assert share_out(drawn, {}) == {}


def test_months_are_drawn_once_over_and_caught_up_after_a_pause():
    march = dt.date(2026, 3, 12)
    assert months_to_draw(None, march) == [dt.date(2026, 2, 1)]
    assert months_to_draw(dt.date(2026, 2, 1), march) == []
    missed = months_to_draw(dt.date(2025, 11, 1), march)
    assert missed == [dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
    assert months_to_draw(dt.date(2026, 2, 1), dt.date(2026, 4, 1)) == [dt.date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (9, 10, 0.5958, 0.9821),  # Newcombe 1998, and any table of the Wilson interval
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits, of, low, high):
    found = wilson(hits, of)
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_nothing_has_no_interval_and_more_hits_than_rows_are_refused():
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="hits"):
        wilson(3, 2)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_its_share_and_never_leaves_0_to_1(counts):
    hits, of = counts
    found = wilson(hits, of)
    assert found is not None
    low, high = found
    assert 0 <= low <= hits / of <= high <= 1
    assert low < high
