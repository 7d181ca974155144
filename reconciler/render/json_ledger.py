"""History, ledger and leases for a program; shapes and habits are those of `json_view`."""

from collections.abc import Sequence
from datetime import datetime

from reconciler import __version__
from reconciler.core.recall import Asked, Recollection, TopicMemory
from reconciler.model.call import Json
from reconciler.model.history import Entry
from reconciler.model.journal import Actor, Answer, Applied, Binding, Lease, Sighting, Word
from reconciler.render.json_parts import time_text
from reconciler.render.json_view import FORMAT_VERSION


def _head(place: str) -> dict[str, Json]:
    return {"format_version": FORMAT_VERSION, "reconciler_version": __version__, "ledger": place}


def history(entries: Sequence[Entry], place: str, *, is_all: bool) -> dict[str, Json]:
    """What happened.

    Args:
        entries: Newest first.
        place: Where the ledger is.
        is_all: Whether nothing older was left out.
    """
    return {**_head(place), "is_all": is_all, "entries": [entry_of(entry) for entry in entries]}


def show(known: Recollection, place: str, *, has_history: bool) -> dict[str, Json]:
    """What a ledger holds, but for leases.

    Args:
        known: What it holds, or a part.
        place: Where it is.
        has_history: Whether it exists.
    """
    return {
        **_head(place),
        "has_history": has_history,
        "topics": [_topic(topic) for topic in known.topics],
        "words": [word_of(word) for word in known.words],
        "bindings": [_binding(binding) for binding in known.bindings],
    }


def leases(held: Sequence[Lease], now: datetime, place: str) -> dict[str, Json]:
    """Who may write where, and until when.

    Args:
        held: Sorted by scope.
        now: Our clock.
        place: Where the ledger is.
    """
    return {**_head(place), "leases": [lease_of(lease, now) for lease in held]}


def recorded(words: Sequence[Word], place: str) -> dict[str, Json]:
    """What was just written down.

    Args:
        words: In the order in which they were written.
        place: Where the ledger is.
    """
    return {**_head(place), "recorded": [word_of(word) for word in words]}


def broken(scope: str, lease: Lease | None, place: str, now: datetime) -> dict[str, Json]:
    """Whose lease was taken away.

    Args:
        scope: What was freed.
        lease: The lease that was broken, or None where nobody held it.
        place: Where the ledger is.
        now: Our clock.
    """
    return {**_head(place), "scope": scope, "broken": lease_of(lease, now) if lease else None}


def export(tables: dict[str, list[Json]], place: str) -> dict[str, Json]:
    """Every row of every table.

    Args:
        tables: Rows by table.
        place: Where the ledger is.
    """
    return {**_head(place), "tables": {name: [*rows] for name, rows in tables.items()}}


def _time(time: datetime | None) -> str | None:
    return time_text(time) if time else None


def _actor(actor: Actor | None) -> Json:
    if actor is None:
        return None
    return {"name": actor.name, "run": actor.run or None, "commit": actor.commit or None}


def entry_of(entry: Entry) -> Json:
    """One line of the history.

    Args:
        entry: The line.
    """
    return {
        "at": time_text(entry.at),
        "kind": str(entry.kind),
        "address": entry.address or None,
        "scope": entry.scope or None,
        "topic": entry.topic or None,
        "word": entry.word,
        "message": entry.message or None,
        "intent": entry.intent or None,
        "actor": _actor(entry.actor),
        "time": _time(entry.time),
        "request_id": entry.request_id,
    }


def _topic(topic: TopicMemory) -> Json:
    return {
        "address": str(topic.address) if topic.address else None,
        "scope": topic.scope,
        "topic": topic.topic,
        "waits": bool(topic.waiting),
        "asked": [_asked(asked) for asked in topic.asked],
        "words": [word_of(word) for word in topic.words],
        "applied": _applied(topic.applied),
    }


def _applied(applied: Applied | None) -> Json:
    if applied is None:
        return None
    return {"desired": applied.desired, "level": applied.level, "at": time_text(applied.at)}


def _asked(asked: Asked) -> Json:
    intent = asked.intent
    return {
        "intent": intent.id,
        "at": time_text(intent.at),
        "actor": _actor(intent.actor),
        "address": str(asked.item.address),
        "action": str(intent.action),
        "connection": intent.connection,
        "request": intent.request,
        "since": _time(asked.item.since),
        "standing": str(asked.standing),
        "waits": asked.waits,
        "answer": _answer(asked.answer),
        "sighting": _sighting(asked.sighting),
    }


def _answer(answer: Answer | None) -> Json:
    if answer is None:
        return None
    return {
        "at": time_text(answer.at),
        "reply": str(answer.reply),
        "status": answer.status,
        "request_id": answer.request_id,
        "message": answer.message or None,
    }


def _sighting(sighting: Sighting | None) -> Json:
    if sighting is None:
        return None
    return {
        "at": time_text(sighting.at),
        "run_time": _time(sighting.run_time),
        "status": sighting.status,
        "ended": sighting.ended,
    }


def word_of(word: Word) -> Json:
    """What a person said.

    Args:
        word: As it is in the ledger.
    """
    return {
        "kind": str(word.kind),
        "at": time_text(word.said.at),
        "actor": _actor(word.said.actor),
        "reason": word.said.reason or None,
        "scope": word.scope,
        "topic": word.topic or None,
        "address": str(word.address) if word.address else None,
        "time": _time(word.time),
    }


def _binding(binding: Binding) -> Json:
    return {
        "endpoint": binding.endpoint,
        "name": binding.name,
        "source_id": binding.source_id,
        "at": time_text(binding.at),
    }


def lease_of(lease: Lease, now: datetime) -> Json:
    """Who may write to a scope.

    Args:
        lease: As it is in the ledger.
        now: Our clock.
    """
    return {
        "scope": lease.scope,
        "owner": lease.owner,
        "taken": time_text(lease.taken),
        "expires": time_text(lease.expires),
        "is_over": lease.expires <= now,
    }
