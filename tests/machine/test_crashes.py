"""A process dies at every moment of a plan; the next ones go on.

A moment is a request that is about to leave, the answer to one that may change something, or a word
that is about to be written to the ledger: between two of them nothing happens that another process
could see (`tests/support/mortal.py`). Then no time passes, or more than `lag`, or more than a lease
lasts.
"""

import pytest

from tests.machine.shapes import SHAPES, end_of, undisturbed
from tests.support.mortal import Life

PAUSES = [0.0, 6.0, 400.0]
"""Nothing; more than `lag`; more than a lease lasts."""


@pytest.mark.parametrize("name", SHAPES)
def test_crash_anywhere_converges(name: str):
    """Stop at every moment, run again: the same end, or an honest doubt first; nothing doubled."""
    whole = undisturbed(name)
    for number, moment in enumerate(whole.moments, 1):
        with SHAPES[name].estate() as estate:
            died = estate.apply(Life(ends_at=number))
            estate.pass_time(PAUSES[number % len(PAUSES)])
            end = end_of(estate)

            assert died is None, moment
            assert estate.court.verdict == [], moment
            assert end == whole.end, moment


@pytest.mark.parametrize("name", ["one start", "starts in bulk behind a canary"])
def test_a_second_crash_in_what_comes_after_the_first_changes_nothing(name: str):
    """The moments of the second run are another's; each is one that the first run may have left."""
    whole = undisturbed(name)
    for number, moment in enumerate(whole.moments, 1):
        with SHAPES[name].estate() as estate:
            estate.apply(Life(ends_at=number))
            estate.pass_time(400)
            estate.apply(Life(ends_at=len(whole.moments) - number + 1))
            estate.pass_time(PAUSES[number % len(PAUSES)])
            end = end_of(estate)

            assert estate.court.verdict == [], moment
            assert end == whole.end, moment
