"""Without a ledger, or with one that was just made, the promise is smaller, and told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.machine.shapes import SHAPES, end_of, undisturbed
from tests.support.estate import Estate
from tests.support.mortal import Life
from tests.support.rich import source, topic, world
from tests.support.wishes import Wish

ONE = "one start"
NEVER, NEW, KEPT = False, None, True


@contextmanager
def estate_of(keeps: bool | None, **quirks: str) -> Iterator[Estate]:
    """One topic that was never snapshotted."""
    made = Estate(world(source("s1", topic("a"))), {"s1/a": Wish()}, keeps=keeps)
    made.stage.quirks(**quirks)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("name", [ONE, "a stop, and starts when it is done"])
def test_a_ledger_that_was_just_made_keeps_the_promise_from_its_first_word_on(name: str):
    whole = undisturbed(name)
    for number in range(1, len(whole.moments) + 1):
        with SHAPES[name].estate(keeps=NEW) as estate:
            estate.apply(Life(ends_at=number))
            estate.pass_time(number % 7 * 60.0)
            end = end_of(estate)

            assert estate.court.verdict == [], number
            assert end == whole.end, number


def test_without_a_ledger_a_crash_is_no_second_start_where_runs_are_shown_within_lag():
    """The vendor is then all there is to remember with; it takes `lag` to be believed."""
    whole = undisturbed(ONE)
    moments = [m for m in whole.moments if " " in m]
    for number in range(1, len(moments) + 1):
        with SHAPES[ONE].estate(keeps=NEVER) as estate:
            died = estate.apply(Life(ends_at=number))
            end = end_of(estate)

            assert died is None, number
            assert estate.court.verdict == [], number
            assert end == whole.end, number


@pytest.mark.parametrize(("keeps", "starts"), [(NEVER, 2), (NEW, 1), (KEPT, 1)])
def test_what_is_shown_later_than_lag_is_known_only_to_a_ledger(keeps: bool | None, starts: int):
    """The documented exception: its run ends before the vendor shows it, and nobody wrote it down."""
    with estate_of(keeps, publish_lag="5m") as estate:
        estate.apply()
        estate.pass_time(60)
        estate.apply()
        begun = estate.stage.our_starts()

    assert begun == ["s1/a"] * starts


@pytest.mark.parametrize("keeps", [NEVER, NEW])
def test_nothing_that_failed_is_tried_again_without_history(keeps: bool | None):
    with estate_of(keeps) as estate:
        keyless = world(source("s1", topic("a", keyed=False)))
        estate.stage.control("PUT", "world", keyless)
        estate.wish("s1/a", Wish(retries=3))
        for _ in range(3):
            estate.apply()
            estate.pass_time(600)
        begun = estate.stage.our_starts()

    assert begun == ["s1/a"]
