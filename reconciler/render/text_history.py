"""What happened, as text: one line for what one call, look or person said of one document's topics."""

from collections.abc import Hashable, Sequence
from itertools import groupby

from reconciler.core.words import listed, moment
from reconciler.model.change import Action
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import DriftWord, WordKind
from reconciler.model.outcome import Reply
from reconciler.render.lines import EMPTY, Line, Style, Styled, line, table

ASKED = {action.value: f"asked to {action.value}" for action in Action}
ANSWERED = {
    Reply.ACCEPTED.value: "accepted",
    Reply.FAILED.value: "refused",
    Reply.BUSY.value: "refused, another run was in the way",
    Reply.NOT_SENT.value: "not sent",
    Reply.UNKNOWN.value: "no answer, it may have taken effect",
}
SAID = {
    WordKind.HAPPENED.value: "said that it happened",
    WordKind.DID_NOT.value: "said that it did not happen",
    WordKind.MARK.value: "said when it ran",
    WordKind.RETRY.value: "wanted it once more",
    WordKind.FORGET.value: "said to forget it",
    WordKind.BREAK.value: "broke the lease",
    WordKind.BREAK_GLASS.value: "broke the glass, its windows were closed",
}
DRIFTED = {
    DriftWord.FOUND.value: "drift found",
    DriftWord.CHANGED.value: "drifts in another way",
    DriftWord.OVER.value: "drift is over",
}


def groups(entries: Sequence[Entry], *, verbose: bool) -> list[tuple[Entry, ...]]:
    """Entries that are told in one line, in the order in which they were given.

    Args:
        entries: Newest first.
        verbose: Whether every topic gets a line of its own.
    """
    if verbose:
        return [(entry,) for entry in entries]
    return [tuple(same) for _, same in groupby(entries, key=_sameness)]


def _sameness(entry: Entry) -> Hashable:
    told = (entry.at, entry.kind, entry.word, entry.message, entry.intent, entry.request_id)
    return (*told, entry.time, entry.actor, entry.scope, _document(entry.address))


def history(entries: Sequence[Entry], place: str, limit: int, *, verbose: bool) -> list[Line]:
    """What happened, newest first.

    Args:
        entries: As many as there are, or more than `limit` lines need.
        place: Where the ledger is.
        limit: At most so many lines.
        verbose: Whether run, commit, scope and request are shown, and no topics are put together.
    """
    if not entries:
        return [line(f"Nothing has happened yet, as far as {place} knows.")]
    found = groups(entries, verbose=verbose)
    shown = found[:limit]
    head, *body = table([("TIME", "WHO", "ADDRESS", "WHAT"), *map(_cells, shown)])
    rows = [line(Styled("  ".join(head), Style.FAINT))]
    for group, row in zip(shown, body, strict=True):
        rows.append(line("  ".join(row[:-1]), "  ", Styled(row[-1], _style(group[0]))))
        rows += _details(group[0]) if verbose else []
    if len(found) > len(shown):
        rows += [EMPTY, line(Styled("There is more before that; raise --limit.", Style.FAINT))]
    return rows


def _cells(group: tuple[Entry, ...]) -> tuple[str, str, str, str]:
    first = group[0]
    who = first.actor.name if first.actor else "-"
    return (moment(first.at), who, _addresses(group), what_of(first))


def _addresses(group: tuple[Entry, ...]) -> str:
    first = group[0]
    if len(group) == 1:
        return first.address or first.scope
    names = tuple(sorted(entry.topic for entry in group))
    return f"{_document(first.address)}/{listed(names, 1)}"


def _document(address: str) -> str:
    return "/".join(address.split("/", 2)[:2])


def what_of(entry: Entry) -> str:
    """What an entry says, in plain words.

    Args:
        entry: Of the history.
    """
    match entry.kind:
        case EntryKind.INTENT:
            return ASKED.get(entry.word, entry.word)
        case EntryKind.ANSWER:
            request = f" (request id {entry.request_id})" if entry.request_id else ""
            return f"{ANSWERED.get(entry.word, entry.word)}{request}{_tail(entry.message)}"
        case EntryKind.SIGHTING:
            began = f", begun {moment(entry.time)}" if entry.time else ", undated"
            return f"seen {entry.word}{began}"
        case EntryKind.WORD:
            when = f": {moment(entry.time)}" if entry.time else ""
            reason = f" ({entry.message})" if entry.message else ""
            return f"{SAID.get(entry.word, entry.word)}{when}{reason}"
        case EntryKind.DRIFT:
            return f"{DRIFTED.get(entry.word, entry.word)}{_tail(entry.message)}"


def _tail(message: str) -> str:
    return f": {message}" if message else ""


def _style(entry: Entry) -> Style:
    if entry.kind is EntryKind.WORD:
        return Style.ACCENT
    bad = (Reply.FAILED.value, Reply.UNKNOWN.value, "failed")
    return Style.BAD if entry.word in bad else Style.PLAIN


def _details(entry: Entry) -> list[Line]:
    actor = entry.actor
    parts = [
        entry.message if entry.kind is EntryKind.INTENT else "",
        f"intent {entry.intent}" if entry.intent else "",
        f"scope {entry.scope}" if entry.scope else "",
        f"run {actor.run}" if actor and actor.run else "",
        f"commit {actor.commit}" if actor and actor.commit else "",
    ]
    told = " · ".join(part for part in parts if part)
    return [line(Styled(f"    {told}", Style.FAINT))] if told else []
