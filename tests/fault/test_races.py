"""Several people at once: one wins, the others are told who and when; two copies make one row."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.fault.floor import LONG, Floor, amount, report
from tests.fault.forms import NOT_SENT
from tests.permissions.rules import posts

pytestmark = pytest.mark.fault


def raced(floor: Floor, actors: int, trials: int) -> dict[str, Counter[str]]:
    said = floor.run("-m", "tests.fault.actors", str(actors), str(trials))
    return {name: Counter(counts) for name, counts in json.loads(said).items()}


@pytest.mark.parametrize("actors", [2, 8])
def test_exactly_one_wins_and_the_others_are_told(floor: Floor, actors: int) -> None:
    trials = amount(20, 200)
    found = raced(floor, actors, trials)
    assert found
    total: Counter[str] = Counter()
    wrong = []
    for name, counts in found.items():
        total += counts
        # Where one verb may follow another, each is right and no time is wasted on telling.
        followed = counts.pop("followed", 0)
        lost = (actors - 1) * trials - followed
        # As a Counter: where every second actor followed, none is stale and the key is not there.
        expected = Counter({"trials": trials, "one winner": trials, "stale": lost, "told": lost})
        if counts != expected:
            wrong.append(f"{name}: {dict(counts)}")
    report(
        f"Races of {actors}: {len(found)} kinds of row, {total['trials']} trials,"
        f" {total['one winner']} with exactly one winner, {total['told']} of {total['stale']}"
        " who came second told who and when, 0 locked"
    )
    assert not wrong, wrong


def test_every_form_sent_twice_in_parallel_makes_one_row(floor: Floor) -> None:
    found = json.loads(floor.run("-m", "tests.fault.twice"))
    assert found.keys() == posts() - NOT_SENT.keys()
    wrong = {name: words for name, words in found.items() if words != "once"}
    report(f"Forms sent twice in parallel: {len(found)}, counted once: {len(found) - len(wrong)}")
    assert not wrong, wrong


@pytest.mark.skipif(not LONG, reason="every form a dozen times; the long form does")
def test_a_second_press_at_any_moment_of_the_first_makes_one_row(floor: Floor) -> None:
    found = json.loads(floor.run("-m", "tests.fault.twice", "--between"))
    assert found.keys() == posts() - NOT_SENT.keys()
    wrong = {name: words for name, words in found.items() if words != "once"}
    report(f"Forms sent in between: {len(found)}, counted once: {len(found) - len(wrong)}")
    assert not wrong, wrong
