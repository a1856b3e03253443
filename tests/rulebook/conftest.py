"""A Thursday on two sales floors, and a browser for each of the cast."""

from tests.reports.conftest import cast, sign_in

__all__ = ["cast", "sign_in"]
