"""Small builders of what a ledger holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconciler.ledger.protocol import Ledger
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.journal import (
    Actor,
    Answer,
    Applied,
    Departure,
    Intent,
    IntentItem,
    IntentRecord,
    Lease,
    RunKey,
    Said,
    Sighting,
    Word,
    WordKind,
    link_scope,
    source_scope,
)
from reconciler.model.observed import Run
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.specs import NOW, SINCE

HOST = "sk.test"
SCOPE = source_scope(HOST, "id-orders")
LINK_SCOPE = link_scope("cc.test", "lkc-1", "east-to-west")
ORDERS = Address(Kind.SOURCE, "orders")
EAST = Address(Kind.CLUSTER_LINK, "east")
CI = Actor("ci", "https://ci.test/runs/7", "c0ffee")
ANNA = Actor("anna")


def after(minutes: float):
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


def item(topic: str = "t", scope: str = SCOPE, **changes: object) -> IntentItem:
    """One topic of a start, with one old run before it."""
    return replace(IntentItem(ORDERS.of(topic), scope, topic, SINCE, "{}"), **changes)


def intent(id_: str = "i1", at: float = 0, *items: IntentItem, **changes: object) -> Intent:
    """A start of topic `t` so many minutes after `NOW`."""
    base = Intent(
        id_, after(at), CI, "sk", Action.START, "POST /sources/snapshot", "{}", items or (item(),)
    )
    return replace(base, **changes)


def intend(ledger: Ledger, *intents: Intent) -> None:
    """Write intents down that need no lease, each on its own."""
    for each in intents:
        ledger.depart([Departure(each)])


def renew(ledger: Ledger, leases: Sequence[Lease], until: datetime) -> tuple[Lease, ...]:
    """Make leases last on, as a further attempt does."""
    lasting = tuple(replace(lease, expires=until) for lease in leases)
    return ledger.depart([Departure(None, leases=lasting)])[0]


def answer(id_: str = "i1", at: float = 1, reply: Reply = Reply.ACCEPTED, **changes: object):
    """What came back for topic `t`."""
    return replace(Answer(id_, SCOPE, "t", after(at), reply), **changes)


def sighting(id_: str = "i1", at: float = 2, run: Run | None = None, **changes: object) -> Sighting:
    """A run of topic `t` that was seen."""
    seen = run or Run("running", started=after(1))
    ended = not seen.is_active
    return replace(Sighting(id_, SCOPE, "t", after(at), seen.time, seen.status, ended), **changes)


def known(start: Intent, *more: Answer | Sighting) -> IntentRecord:
    """An intent with answers and sightings."""
    answers = tuple(m for m in more if isinstance(m, Answer))
    return IntentRecord(start, answers, tuple(m for m in more if isinstance(m, Sighting)))


def word(kind: WordKind, at: float = 3, topic: str = "t", **changes: object) -> Word:
    """What Anna says of a topic of the source."""
    return replace(Word(kind, Said(after(at), ANNA, "I looked"), SCOPE, topic), **changes)


def level(topic: str, **changes: object) -> Applied:
    """A mirror topic that is paused as wanted."""
    base = Applied(EAST.of(topic), LINK_SCOPE, topic, "paused until 2026-12-01", "PAUSED", NOW)
    return replace(base, **changes)


def key(status: str, time=None) -> RunKey:
    """A visible run."""
    return RunKey(time, status)


def lease(scope: str, owner: str, token: int, expires: float, **changes: object) -> Lease:
    """A lease that was taken at `NOW`."""
    return replace(Lease(scope, owner, token, NOW, after(expires)), **changes)
