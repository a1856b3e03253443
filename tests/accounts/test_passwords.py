"""Which passwords are guessed first on a sales floor."""

import pytest

from crm.people.passwords import is_guessable


@pytest.mark.parametrize(
    "word",
    [
        "Showfloor2026!",
        "汽车销售展厅密码2026",
        "qiche1234567890",
        "password123456789",
        "ＳＨＯＷＦＬＯＯＲ２０２６",
        "admin-admin-admin",
        "aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_trade_words_years_and_runs_are_guessable(word: str) -> None:
    assert is_guessable(word)


@pytest.mark.parametrize(
    "word", ["correct horse battery staple", "紫色自行车停在雨里很久了", "k3$vX9!qPz7wLm2d"]
)
def test_unrelated_words_and_random_signs_are_not(word: str) -> None:
    assert not is_guessable(word)


def test_the_own_name_does_not_make_a_password() -> None:
    assert is_guessable("linxiaotong2026", ["linxiaotong", "林晓彤"])
    assert not is_guessable("linxiaotong under the rain", ["linxiaotong"])
