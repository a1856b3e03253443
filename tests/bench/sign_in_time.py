"""`python -m tests.bench.sign_in_time`: whether the time of an answer tells who has an account.

Of each pair of cases so many tries are made in turn, and the area under the curve (AUC) says how
well one case is told from the other by time alone: 0.5 is not at all, 1 is always. CPU time is
taken, which is steadier than any clock an attacker has, and a hash of 20,000 rounds instead of a
million, beside which a difference elsewhere would stand out more.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django_q.models import OrmQ  # noqa: E402

from crm.people.models import SecondStep, User  # noqa: E402
from tests.people import PASSWORD  # noqa: E402

SAMPLES = int(os.environ.get("SAMPLES", "500"))
AT_MOST = 0.60
ENDLESS = 10**6
SIGN_IN, RESET = "/accounts/login/", "/accounts/reset/"
Case = Callable[[], None]


class Short(PBKDF2PasswordHasher):
    """The product's hash with fewer rounds."""

    iterations = 20_000


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """How often a value of `one` is above one of `other`; ties count half, the sign does not."""
    ranked = sorted([(value, 1) for value in one] + [(value, 0) for value in other])
    ranks = sum(place for place, (_value, mine) in enumerate(ranked, 1) if mine)
    share = (ranks - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))
    return max(share, 1 - share)


def measured(cases: Sequence[Case]) -> list[list[float]]:
    """CPU milliseconds of each case, tried in a random order as many times."""
    took: list[list[float]] = [[] for _case in cases]
    for case in cases:
        case()
    for _turn in range(SAMPLES):
        for number in random.sample(range(len(cases)), len(cases)):
            began = time.process_time()
            cases[number]()
            took[number].append(1000 * (time.process_time() - began))
    return took


def sign_in(name: str, password: str, status: int = 422, **more: str) -> Case:
    """One try; `status` is what it must be answered with."""
    client = Client()
    words = {"username": name, "password": password, **more}

    def case() -> None:
        answer = client.post(SIGN_IN, words)
        assert answer.status_code == status, answer.status_code

    return case


def reset(who: str) -> Case:
    client = Client()

    def case() -> None:
        assert client.post(RESET, {"who": who}).status_code == 200

    return case


def tell(name: str, other: str, pair: Sequence[Case]) -> bool:
    """Print one line; whether it is within what was promised."""
    one, two = measured(pair)
    found = auc(one, two)
    middle = [sorted(times)[len(times) // 2] for times in (one, two)]
    line = f"{name} / {other}: AUC {found:.2f}, {middle[0]:.1f} and {middle[1]:.1f} ms of CPU"
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    return found <= AT_MOST


def make_people() -> None:
    for name in ("lin", "gone", "held"):
        user = User(username=name, name=name, email=f"{name}@example.com", is_active=name != "gone")
        user.set_password(PASSWORD)
        user.save()
    SecondStep.objects.create(user=User.objects.get(username="held"), salt="salt")


def run() -> bool:
    """Every pair, the ones that are held back last."""
    make_people()
    wrong = "a wrong battery staple"
    fine = [
        tell("wrong password", "unknown", [sign_in("lin", wrong), sign_in("nobody", wrong)]),
        tell("deactivated", "unknown", [sign_in("gone", PASSWORD), sign_in("nobody", PASSWORD)]),
        tell("deactivated", "wrong password", [sign_in("gone", PASSWORD), sign_in("lin", wrong)]),
        tell("reset", "reset of nobody", [reset("lin"), reset("nobody")]),
    ]
    OrmQ.objects.all().delete()
    with override_settings(AXES_FAILURE_LIMIT=5):
        for name in ("held", "noone"):
            for _try in range(4):
                sign_in(name, wrong)()
            sign_in(name, wrong, 429)()
        held = [sign_in("held", PASSWORD, 429), sign_in("noone", PASSWORD, 429)]
        fine.append(tell("held back", "held back without an account", held))
    with override_settings(CODE_TRIES_AT_MOST=ENDLESS):
        shown = [sign_in(name, PASSWORD, 429, code="000000") for name in ("held", "noone")]
        fine.append(tell("wrong code", "code without an account", shown))
    return all(fine)


if __name__ == "__main__":
    hasher = f"{__name__}.Short"
    setup_test_environment()
    kept = connection.creation.create_test_db(verbosity=0)
    limits = {"AXES_FAILURE_LIMIT": ENDLESS, "AXES_IP_FAILURE_LIMIT": ENDLESS}
    try:
        with override_settings(AXES_ENABLED=True, PASSWORD_HASHERS=[hasher], **limits):
            is_fine = run()
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    sys.exit(0 if is_fine else 1)
