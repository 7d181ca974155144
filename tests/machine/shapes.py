"""Small worlds, each with one kind of plan, and how their stories end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from reconciler.model.verdict import Verdict
from tests.support.ending import lost, settle
from tests.support.estate import HOUR, Estate
from tests.support.mortal import Life
from tests.support.rich import FAILED, OLD, RUNNING, link, mirror, source, topic, world
from tests.support.stage import left
from tests.support.wishes import Wish

NOBODY = Wish(state="")


@dataclass(frozen=True)
class Shape:
    """A small world, and what is wanted of it.

    Attributes:
        parts: Of the world.
        wishes: By `source/topic`.
        pauses: By `link/topic`.
        limits: Of the connection.
        before: Applies that are made first, an hour apart.
    """

    parts: tuple[dict[str, object], ...]
    wishes: dict[str, Wish] = field(default_factory=dict)
    pauses: dict[str, str] = field(default_factory=dict)
    limits: dict[str, object] = field(default_factory=dict)
    before: int = 0

    @contextmanager
    def estate(self, *, keeps: bool | None = True) -> Iterator[Estate]:
        """Such an estate, after the applies that come first."""
        made = Estate(
            world(*self.parts),
            dict(self.wishes),
            dict(self.pauses),
            limits=dict(self.limits),
            keeps=keeps,
        )
        try:
            for _ in range(self.before):
                made.apply()
                made.pass_time(HOUR)
            yield made
        finally:
            made.close()


SHAPES = {
    "one start": Shape(
        (source("s1", topic("a", OLD), topic("b")),),
        {"s1/a": Wish(filter="n > 1"), "s1/b": NOBODY},
    ),
    "starts in bulk behind a canary": Shape(
        (source("s1", topic("a")), source("s2", topic("b")), source("s3", topic("c"), topic("d"))),
        {"s1/a": Wish(), "s2/b": Wish(), "s3/c": Wish(), "s3/d": NOBODY},
        limits={"sourcesPerCall": 2},
    ),
    "a stop, and starts when it is done": Shape(
        (
            source("s1", topic("a", RUNNING, rows=100_000), topic("b")),
            source("s2", topic("c")),
        ),
        {"s1/a": Wish(state="idle"), "s1/b": Wish(), "s2/c": Wish(blocking=True)},
    ),
    "pauses and resumes": Shape(
        (link("l1", mirror("m"), mirror("n", "PAUSED"), mirror("o")), link("l2", mirror("p"))),
        pauses={"l1/m": "paused", "l1/n": "active", "l1/o": "", "l2/p": "for ever"},
    ),
    "another try of what failed": Shape(
        (source("s1", topic("a", FAILED), topic("k", keyed=False)),),
        {"s1/a": Wish(retries=1), "s1/k": Wish(retries=2)},
        before=1,
    ),
}


@dataclass(frozen=True)
class Undisturbed:
    """What one apply lives to see, and how its story ends when it lives."""

    moments: tuple[str, ...]
    end: dict[str, Verdict]


@cache
def undisturbed(name: str) -> Undisturbed:
    with SHAPES[name].estate() as estate:
        life = Life()
        estate.apply(life)
        settle(estate)
        return Undisturbed(tuple(life.moments), left(estate.plan()))


def end_of(estate: Estate) -> dict[str, Verdict]:
    """How a story ends, with every doubt resolved by somebody who looks."""
    told = settle(estate)
    assert lost(estate, told) == []
    if estate.resolve():
        told = settle(estate)
        assert lost(estate, told) == []
    return left(estate.plan())
