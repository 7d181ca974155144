"""How long the right to write lasts."""

from datetime import timedelta

import pytest

from reconciler.engine.memory import SHORTEST_LEASE, UNBOUNDED, lease_time


@pytest.mark.parametrize("seconds", [0.1, 1, 30, 60, 61, 180, 3600])
def test_a_lease_lasts_longer_than_a_write_may_take(seconds: float) -> None:
    patience = timedelta(seconds=seconds)

    assert lease_time(patience) > patience
    assert lease_time(patience) >= SHORTEST_LEASE


def test_where_a_write_may_take_for_ever_a_lease_is_long() -> None:
    assert lease_time(timedelta()) == UNBOUNDED
    assert timedelta(hours=1) <= UNBOUNDED
