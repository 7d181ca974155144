"""Small builders of specs and a ledger side by side, for tests of what a ledger adds."""

from collections.abc import Mapping

from reconciler.core.causes import desired_key
from reconciler.core.hindsight import Hindsight
from reconciler.model.address import Address, Origin
from reconciler.model.change import Action
from reconciler.model.desired import Desired, MirrorRule, SnapshotRule
from reconciler.model.journal import Applied, IntentRecord, Journal, Sighting, Word
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.records import replace
from tests.support.ledgers import EAST, LINK_SCOPE, ORDERS, SCOPE, answer, intent, item, known
from tests.support.specs import NOW, desired, link_document, source_document

SCOPES: Mapping[Address, str] = {ORDERS: SCOPE, EAST: LINK_SCOPE}
PLACE = Origin("specs/a.yaml", 20)
_AFTER = {
    Action.PAUSE: "PAUSED",
    Action.RESUME: "ACTIVE",
    Action.START: "completed since 2026-11-20T00:00:00Z",
    Action.STOP: "idle",
}


def specs(*rules: SnapshotRule | MirrorRule) -> Desired:
    """One document of the source and one of the link, with those of the rules that fit each."""
    snapshots = [rule for rule in rules if isinstance(rule, SnapshotRule)]
    mirrors = [rule for rule in rules if isinstance(rule, MirrorRule)]
    return desired(
        *([source_document("orders", *snapshots)] if snapshots else []),
        *([link_document("east", *mirrors)] if mirrors else []),
    )


def hindsight(
    asked: Desired,
    *held: IntentRecord | Word | Applied,
    news: tuple[Sighting, ...] = (),
    scopes: Mapping[Address, str] = SCOPES,
) -> Hindsight:
    """Specs beside a ledger with history."""
    journal = Journal(
        tuple(h for h in held if isinstance(h, IntentRecord)),
        tuple(h for h in held if isinstance(h, Word)),
        tuple(h for h in held if isinstance(h, Applied)),
        has_history=True,
    )
    return Hindsight.of(asked, journal, scopes, news)


def applied(rule: SnapshotRule | MirrorRule, level: str, topic: str = "t") -> Applied:
    """A level of a rule that was seen to hold at `NOW`."""
    if isinstance(rule, SnapshotRule):
        return Applied(ORDERS.of(topic), SCOPE, topic, desired_key(rule), level, NOW)
    return Applied(EAST.of(topic), LINK_SCOPE, topic, desired_key(rule), level, NOW)


def wanted(action: Action, topic: str = "t", **changes: object) -> Finding:
    """A change of one topic, as the judge leaves it."""
    document = EAST if action in (Action.PAUSE, Action.RESUME) else ORDERS
    base = Finding(
        document.of(topic),
        Verdict.CHANGE,
        "why",
        PLACE,
        action=action,
        after=_AFTER[action],
        cause=Cause.DIFFERS,
        risk=Risk.SAFE,
    )
    return replace(base, **changes)


def found(document: Address, verdict: Verdict, topic: str = "t", **changes: object) -> Finding:
    """A verdict without an action."""
    return replace(Finding(document.of(topic), verdict, "why", PLACE), **changes)


def deed(
    id_: str,
    at: float,
    action: Action,
    *topics: str,
    reply: Reply | None = Reply.ACCEPTED,
) -> IntentRecord:
    """A pause, resume or stop of topics so many minutes after `NOW`, and what came back."""
    is_stop = action is Action.STOP
    document, scope = (ORDERS, SCOPE) if is_stop else (EAST, LINK_SCOPE)
    names = topics or ("t",)
    asked = (item(name, scope, address=document.of(name), since=None) for name in names)
    made = intent(id_, at, *asked, action=action, connection="sk" if is_stop else "cc")
    replies = [answer(id_, at, reply, scope=scope, topic=name) for name in names if reply]
    return known(made, *replies)
