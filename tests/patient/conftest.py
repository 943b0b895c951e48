"""Pages of patients and visitors run on both databases, like the clinic's."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(scope="session", autouse=True)
def _on_both_databases(database: str) -> None:
    """As in tests/clinic."""


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """Neither the language of a page nor the counters of the mail form reach the next test."""
    yield
    translation.deactivate()
    cache.clear()
