"""What a ledger is told of a call: what it will change, and what came back."""

import json
from collections.abc import Iterable
from datetime import datetime

from reconciler.core.asked import Asked
from reconciler.core.levels import level_of
from reconciler.core.ours import key_of
from reconciler.core.parameters import parameters
from reconciler.core.sight import Sight
from reconciler.model.address import Address
from reconciler.model.change import Change, Pause, Resume, Start, Stop, action_of
from reconciler.model.desired import SnapshotRule, SnapshotState
from reconciler.model.journal import Actor, Answer, Intent, IntentItem, RunKey
from reconciler.model.outcome import ItemReply, Receipt
from reconciler.model.plan import Step
from reconciler.records import Struct


class Occasion(Struct, frozen=True):
    """The circumstances of a call.

    Attributes:
        id: A new one for each intent.
        at: Our clock.
        actor: Who does it.
        now: The clock that the plan's verdicts rest on, from which `maxAge` counts.
    """

    id: str
    at: datetime
    actor: Actor
    now: datetime


def intent_of(
    step: Step, scope_of: dict[str, str], asked: Asked, sight: Sight, occasion: Occasion
) -> Intent:
    """What is written down before a step is sent.

    Args:
        step: With the call as it will be sent.
        scope_of: The scope of each target of its items.
        asked: The rules of all documents.
        sight: What is visible right before the call.
        occasion: The circumstances.
    """
    items = {
        (scope_of[target], topic): IntentItem(
            address,
            scope_of[target],
            topic,
            _level(step.change, asked.snapshot_rule(address), occasion.now),
            _parameters(step.change, target, topic),
            _visible(step.change, sight, target, topic),
        )
        for address, target, topic in _hit(step)
    }
    call = step.call
    body = json.dumps(call.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Intent(
        occasion.id,
        occasion.at,
        occasion.actor,
        call.connection,
        action_of(step.change),
        f"{call.method} {call.path}",
        body,
        tuple(item for _, item in sorted(items.items())),
    )


def _hit(step: Step) -> Iterable[tuple[Address, str, str]]:
    """Address, target and topic of everything a step changes: a stop hits more than it is for."""
    for item in step.items:
        yield item.address, item.target, item.topic
    if not isinstance(step.change, Stop):
        return
    documents = {item.target: item.address.document for item in step.items}
    named = {(item.target, item.topic) for item in step.items}
    for source in step.change.sources:
        for topic in source.topics:
            if (source.source_id, topic) not in named:
                yield documents[source.source_id].of(topic), source.source_id, topic


def _level(change: Change, rule: SnapshotRule | None, now: datetime) -> datetime | None:
    if not isinstance(change, Start) or rule is None or rule.state is not SnapshotState.COMPLETED:
        return None
    return level_of(rule, now)


def _parameters(change: Change, target: str, topic: str) -> str:
    if not isinstance(change, Start):
        return ""
    filters = (
        t.filter
        for s in change.sources
        if s.source_id == target
        for t in s.topics
        if t.name == topic
    )
    return parameters(change.type.value, next(filters, ""), change.surrogate_key)


def _visible(change: Change, sight: Sight, target: str, topic: str) -> tuple[RunKey, ...]:
    if not isinstance(change, Start):
        return ()
    seen = sight.topic(target, topic)
    return tuple(key_of(run) for run in (seen.runs if seen else None) or ())


def answers_of(intent: Intent, step: Step, receipt: Receipt, at: datetime) -> tuple[Answer, ...]:
    """What is written down when a step was answered: one answer per item of its intent.

    Args:
        intent: Of the step.
        step: As it was sent.
        receipt: Its answer.
        at: Our clock.
    """
    targets = {item.address.document: item.target for item in step.items}
    by_topic = isinstance(step.change, Pause | Resume)
    replies = {item.key: item for item in receipt.items}
    answers = []
    for item in intent.items:
        key = item.topic if by_topic else targets[item.address.document]
        said = replies.get(key) or ItemReply(key, receipt.reply, receipt.message)
        message = said.message or (receipt.message if said.reply is receipt.reply else "")
        answers.append(
            Answer(
                intent.id,
                item.scope,
                item.topic,
                at,
                said.reply,
                receipt.status,
                receipt.request_id,
                message,
            )
        )
    return tuple(answers)
