"""A ledger at home that the test wrote, and who speaks to it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from tests.e2e.person import Person
from tests.support.ledgers import answer, intend, intent, level, sighting
from tests.unit.cli.ledgers.remembered import BOUND, EAST, LINK, PAST, SCOPE, topic


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILER_ACTOR", "bo")


@pytest.fixture
def place(home: Person) -> Path:
    """Where the ledger of somebody at home is."""
    return home.folder / ".reconciler" / "ledger.db"


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    """A ledger with two starts that nobody saw, one that was seen, and a paused mirror."""
    with closing(open_ledger(place, read_only=False)) as ledger:
        intend(ledger, intent("i1", PAST, topic("public.orders"), topic("public.order_items")))
        ledger.answer([answer("i1", PAST, topic="public.orders", scope=SCOPE, request_id="r-1")])
        intend(ledger, intent("i2", PAST + 1, topic("public.order_events")))
        ledger.see([sighting("i2", PAST + 2, topic="public.order_events", scope=SCOPE)])
        ledger.note([level("orders.created", scope=EAST, address=LINK.of("orders.created"))])
        ledger.bind([BOUND])
        yield ledger
