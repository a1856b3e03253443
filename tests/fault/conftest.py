"""A database of its own for every fault test, migrated once and copied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.floor import FIGURES, Floor, Template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    made = Template(os.environ.get("DATABASE_URL", "sqlite://"), tmp_path_factory.mktemp("fault"))
    made.migrate()
    yield made
    made.drop()


@pytest.fixture
def floor(template: Template, tmp_path: Path) -> Iterator[Floor]:
    made = template.copy(tmp_path)
    yield made
    made.close()
    template.drop_copy(made)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures the tests measured, whether they passed or not."""
    if FIGURES:
        terminalreporter.section("fault tests")
        for line in FIGURES:
            terminalreporter.write_line(line)
