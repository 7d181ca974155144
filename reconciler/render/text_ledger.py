"""What a ledger holds, as text: what waits for a person first, then source by source, link by link."""

import re
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from reconciler.core.recall import Asked, Recollection, Standing, TopicMemory
from reconciler.core.words import moment, plural, span
from reconciler.model.change import Action
from reconciler.model.journal import Actor, Binding, Lease, Word, WordKind
from reconciler.render.lines import EMPTY, Line, Style, Styled, line, table
from reconciler.render.text_history import ANSWERED, SAID
from reconciler.render.view import View

MANY_ROWS = 50
_WITHIN = re.compile(r"\bwithin ([0-9]+)s$")
MANY_CALLS = 3
STANDINGS = {
    Standing.OPEN: ("no answer", Style.BAD),
    Standing.ANSWERED: ("accepted, its run was never seen", Style.WARN),
    Standing.SEEN: ("its run was seen under way", Style.ACCENT),
    Standing.ENDED: ("it is past", Style.FAINT),
    Standing.REFUSED: ("refused", Style.FAINT),
    Standing.DENIED: ("it did not happen", Style.FAINT),
}

_RECORDED = {
    WordKind.HAPPENED: "the start happened",
    WordKind.DID_NOT: "the start did not happen, and may be made again",
    WordKind.MARK: "the run took place at",
    WordKind.RETRY: "one more start is wanted",
    WordKind.FORGET: "it is forgotten",
    WordKind.BREAK: "the lease is broken",
    WordKind.BREAK_GLASS: "it was changed although its windows were closed",
}


def show(known: Recollection, place: str, view: View) -> list[Line]:
    """What a ledger holds, but for leases.

    Args:
        known: What it holds, or a part.
        place: Where it is.
        view: Whether nothing is folded, and what a command to copy has to repeat.
    """
    rows = _waiting(known.topics, view)
    for scope, topics in groupby(known.topics, key=lambda topic: topic.scope):
        words = [word for word in known.words if word.scope == scope]
        rows += [*_scope(scope, list(topics), words, verbose=view.verbose), EMPTY]
    shown = {topic.scope for topic in known.topics}
    rows += _others([word for word in known.words if word.scope not in shown])
    rows += _names(known.bindings)
    return [*rows, line(Styled(_summary(known, place), Style.HEADING))]


def _summary(known: Recollection, place: str) -> str:
    waiting = sum(1 for topic in known.topics if topic.waiting)
    if not known.topics and not known.words and not known.bindings:
        return f"Nothing is known of that at {place}."
    tail = f", {waiting} of them without a known end" if waiting else ""
    return f"Ledger: {plural(len(known.topics), 'topic')}{tail}; at {place}."


def _waiting(topics: Iterable[TopicMemory], view: View) -> list[Line]:
    """Starts that only a look or a person's word can end, with what to do."""
    found = [topic for topic in topics if topic.waiting]
    if not found:
        return []
    rows = [line(Styled("Nobody has seen what became of:", Style.HEADING))]
    shown = found if view.verbose else found[:MANY_ROWS]
    for topic in shown:
        asked = topic.waiting[0]
        rows.append(line(Styled(f"  ? {topic.address}", Style.BAD), f"  {_asked(asked)}"))
    rows += _folded(len(found) - len(shown), "    ")
    words = ["reconciler", "ledger", "resolve", str(shown[0].address), *view.options]
    resolve = shlex.join(words)
    advice = (
        "do: plan again; if it stays unknown, look at the source at Streamkap, then say",
        f"{resolve} --happened --reason …",
        f"{resolve} --did-not-happen --reason …",
    )
    return [*rows, *(line("    ", Styled(row, Style.WARN)) for row in advice), EMPTY]


def _scope(
    scope: str, topics: Sequence[TopicMemory], words: Iterable[Word], *, verbose: bool
) -> list[Line]:
    names = sorted({str(topic.address.document) for topic in topics if topic.address})
    head = f"{', '.join(names)} at " if names else ""
    rows = [line(Styled(head, Style.HEADING), Styled(scope, Style.FAINT))]
    rows += [line("  ", _word(word)) for word in words]
    shown = topics if verbose else topics[:MANY_ROWS]
    for topic in shown:
        rows += _topic(topic, verbose=verbose)
    return [*rows, *_folded(len(topics) - len(shown), "  ")]


def _topic(topic: TopicMemory, *, verbose: bool) -> list[Line]:
    rows = [line(f"  {topic.topic}")]
    calls = topic.asked if verbose else topic.asked[:MANY_CALLS]
    for asked in calls:
        rows.append(line("    ", Styled(_asked(asked), STANDINGS[asked.standing][1])))
        rows += [line(Styled(f"      {_origin(asked)}", Style.FAINT))] if verbose else []
    rows += _folded(len(topic.asked) - len(calls), "    ", "older")
    rows += [line("    ", _word(word)) for word in topic.words]
    if topic.applied:
        level = _WITHIN.sub(_age, topic.applied.level)
        rows.append(line(f"    seen to hold: {level}, last noted {moment(topic.applied.at)}"))
    return rows


def _age(found: re.Match[str]) -> str:
    return f"within {span(timedelta(seconds=int(found[1])))}"


def _asked(asked: Asked) -> str:
    intent, since = asked.intent, asked.item.since
    level = f" for {moment(since)}" if since else ""
    who = f"{moment(intent.at)} by {intent.actor.name}"
    return f"{intent.action}{level}, asked {who}: {_end(asked)}"


def _end(asked: Asked) -> str:
    """What became of it; a run that was seen says more than what follows from it."""
    if asked.sighting is not None:
        time = asked.sighting.run_time
        return f"seen {asked.sighting.status}, {f'begun {moment(time)}' if time else 'undated'}"
    if asked.standing is Standing.REFUSED and asked.answer is not None:
        tail = f": {asked.answer.message}" if asked.answer.message else ""
        return f"{ANSWERED[asked.answer.reply]}{tail}"
    if asked.standing is Standing.ANSWERED and asked.intent.action is not Action.START:
        return "accepted"
    return STANDINGS[asked.standing][0]


def _origin(asked: Asked) -> str:
    answer = asked.answer
    parts = [
        asked.intent.request,
        f"intent {asked.intent.id}",
        f"request id {answer.request_id}" if answer and answer.request_id else "",
        *actor_parts(asked.intent.actor),
    ]
    return " · ".join(part for part in parts if part)


def actor_parts(actor: Actor) -> list[str]:
    """Run and commit of who did something, as far as they are known.

    Args:
        actor: Who did it.
    """
    named = (("run", actor.run), ("commit", actor.commit))
    return [f"{name} {text}" for name, text in named if text]


def _word(word: Word) -> Styled:
    when = f" {moment(word.time)}" if word.time else ""
    reason = f" ({word.said.reason})" if word.said.reason else ""
    colon = ":" if when else ""
    said = f"{word.said.actor.name} {SAID[word.kind]}{colon}{when}{reason}"
    return Styled(f"{moment(word.said.at)} {said}", Style.ACCENT)


def _others(words: Sequence[Word]) -> list[Line]:
    """Words on sources and links of which nothing else is known."""
    if not words:
        return []
    rows = [line(Styled("Said of sources and links as a whole:", Style.HEADING))]
    return [*rows, *(line(f"  {word.scope}: ", _word(word)) for word in words), EMPTY]


def _names(bindings: Sequence[Binding]) -> list[Line]:
    if not bindings:
        return []
    cells = [("NAME", "ENDPOINT", "SOURCE", "SEEN")]
    cells += [(b.name, b.endpoint, b.source_id, moment(b.at)) for b in bindings]
    head, *body = table(cells)
    rows = [line(Styled("Names and the sources behind them:", Style.HEADING))]
    rows.append(line("  ", Styled("  ".join(head), Style.FAINT)))
    return [*rows, *(line("  ", "  ".join(row)) for row in body), EMPTY]


def _folded(hidden: int, indent: str, noun: str = "more") -> list[Line]:
    if not hidden:
        return []
    return [line(Styled(f"{indent}... and {hidden} {noun}, -v shows them", Style.FAINT))]


def leases(held: Sequence[Lease], now: datetime, place: str) -> list[Line]:
    """Who may write where, and until when.

    Args:
        held: Sorted by scope.
        now: Our clock.
        place: Where the ledger is.
    """
    if not held:
        return [line(f"Nobody holds a lease at {place}.")]
    cells = [("SCOPE", "OWNER", "TAKEN", "UNTIL")]
    cells += [(x.scope, x.owner, moment(x.taken), _until(x, now)) for x in held]
    head, *body = table(cells)
    return [line(Styled("  ".join(head), Style.FAINT)), *(line("  ".join(row)) for row in body)]


def _until(lease: Lease, now: datetime) -> str:
    left = lease.expires - now
    tail = "over" if lease.expires <= now else f"{span(left)} left"
    return f"{moment(lease.expires)} ({tail})"


def recorded(words: Sequence[Word], place: str) -> list[Line]:
    """What was just written down, address by address.

    Args:
        words: Of one kind, on one scope; at least one.
        place: Where the ledger is.
    """
    first = words[0]
    when = f" {moment(first.time)}" if first.time else ""
    told = f"{_RECORDED[first.kind]}{when}"
    rows = [line(Styled(f"Recorded of {_counted(words)}: {told}.", Style.GOOD))]
    rows += [line(f"  {word.address or word.scope}") for word in words]
    return [
        *rows,
        line(Styled(f"{first.scope}, by {first.said.actor.name}, in {place}", Style.FAINT)),
    ]


def _counted(words: Sequence[Word]) -> str:
    if not words[0].topic:
        return "all that is known there"
    return plural(len(words), "topic")


def broken(scope: str, lease: Lease | None, others: Sequence[Lease], now: datetime) -> list[Line]:
    """Whose lease was taken away.

    Args:
        scope: What was freed.
        lease: The lease that was broken, or None where nobody held it.
        others: Leases that are held elsewhere.
        now: Our clock.
    """
    if lease is not None:
        told = f"taken {moment(lease.taken)}, until {_until(lease, now)}"
        return [line(Styled(f"Broken: {scope} was held by {lease.owner}, {told}.", Style.GOOD))]
    rows = [line(f"Nobody holds {scope}; nothing was done.")]
    return [*rows, *(line(f"  held: {other.scope} by {other.owner}") for other in others)]
