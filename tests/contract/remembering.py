"""A small fleet with a ledger, whose processes may die at a request."""

import pytest

from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Actor, Said, Word, WordKind
from tests.support.rich import (
    completed,
    connections,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage

SPECS = connections() + snapshots("crm", completed("crm.x"))
LINK_SPECS = connections() + mirrors("west", paused("a"))
STARTS = "/sources/snapshot"


class Crash(BaseException):
    """The process is gone."""


def crm(ledger: Ledger | None, *topics: str, specs: str = SPECS, **quirks: str) -> Stage:
    """A source whose topics never ran, with what remembers."""
    names = topics or ("crm.x",)
    return Stage(world(source("crm", *map(topic, names)), quirks=quirks), specs, ledger=ledger)


def west(ledger: Ledger | None) -> Stage:
    return Stage(world(link("west", mirror("a"))), LINK_SPECS, ledger=ledger)


def crash(stage: Stage, path: str, *, after: bool) -> None:
    """Let the process die right before a request reaches the vendor, or right after it did."""

    async def die(_method: str, asked: str) -> None:
        if path in asked:
            raise Crash

    stage.before, stage.after = (stage.before, die) if after else (die, stage.after)


def live(stage: Stage) -> None:
    """Let processes live on."""

    async def nothing(_method: str, _path: str) -> None:
        return

    stage.before = stage.after = nothing


def died(stage: Stage) -> None:
    """An apply that ends in a crash."""
    with pytest.raises(BaseExceptionGroup) as caught:
        stage.apply()

    assert caught.group_contains(Crash)


def resolve(stage: Stage, ledger: Ledger, kind: WordKind) -> None:
    """What a person says of the start of `crm.x`."""
    scope = ledger.intents()[0].intent.items[0].scope
    ledger.say([Word(kind, Said(stage.clock.now(), Actor("anna")), scope, "crm.x")])
