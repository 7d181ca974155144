"""The answer to every request of a plan gets lost, once, in every way an answer can get lost."""

from collections.abc import Callable

import pytest

from tests.machine.shapes import SHAPES, end_of, undisturbed
from tests.support.estate import Estate
from tests.support.mortal import may_change

ONCE = {"times": 1}


def _lost(estate: Estate, number: int) -> None:
    estate.stage.fail(ONCE | {"effect": "drop_after", "skip": number})


def _cut(estate: Estate, number: int) -> None:
    estate.stage.fail(ONCE | {"effect": "truncate", "skip": number})


def _page(estate: Estate, number: int) -> None:
    """Nothing happened, but a 502 does not say so."""
    estate.stage.fail(ONCE | {"effect": "html", "skip": number})


WAYS: dict[str, Callable[[Estate, int], None]] = {
    "it happened, and nothing came back": _lost,
    "it happened, and half an answer came back": _cut,
    "a gateway answered in its place": _page,
}


def _requests(name: str) -> list[str]:
    moments = undisturbed(name).moments
    return [moment for moment in moments if moment.split(" ")[0] in ("GET", "POST", "PUT")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["one start", "starts in bulk behind a canary"])
def test_lost_answer_is_not_a_duplicate(name: str, way: str):
    """Every request, read or write: the wanted end, or an honest doubt first; nothing doubled."""
    whole = undisturbed(name)
    for number, request in enumerate(_requests(name)):
        with SHAPES[name].estate() as estate:
            WAYS[way](estate, number)
            estate.apply()
            end = end_of(estate)

            assert estate.court.verdict == [], request
            assert end == whole.end, request


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("late", [10.0, 300.0, 4000.0])
def test_a_call_that_arrives_late_is_not_made_again(name: str, late: float):
    """Long after everybody gave up waiting for its answer; nobody says a word too early."""
    whole = undisturbed(name)
    calls = [r for r in _requests(name) if may_change(*r.split(" ", 1))]
    for number, call in enumerate(calls):
        with SHAPES[name].estate() as estate:
            estate.stage.road.jam(late, after=number)
            estate.apply()
            end = end_of(estate)

            assert estate.stage.road.delays, call
            assert estate.court.verdict == [], call
            assert end == whole.end, call


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("status", [408, 502])
def test_a_gateway_that_says_no_to_what_happened_is_not_believed(name: str, status: int):
    whole = undisturbed(name)
    calls = [r for r in _requests(name) if may_change(*r.split(" ", 1))]
    for number, call in enumerate(calls):
        with SHAPES[name].estate() as estate:
            estate.stage.road.swap(status, after=number)
            estate.apply()
            end = end_of(estate)

            assert estate.stage.road.hits["swapped"], call
            assert estate.court.verdict == [], call
            assert end == whole.end, call
