"""Topics that somebody changes back after each apply of ours.

A topic is contested where a change is wanted that neither an edit nor a date explains, and the last
three changes of it that the vendor said yes to were the very same. Starts are never contested: each
`since` and each period of `maxAge` asks for one of its own.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import takewhile

from reconciler.core.hindsight import Hindsight
from reconciler.core.words import listed, moment
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.journal import IntentRecord
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Cause, Finding
from reconciler.records import Struct, replace

ENOUGH = 3
_DONE = {Action.PAUSE: "paused", Action.RESUME: "resumed", Action.STOP: "stopped"}
_UNEXPLAINED = frozenset({Cause.DRIFT, Cause.DIFFERS})


class Contest(Struct, frozen=True):
    """One topic that we and somebody else change in turn.

    Attributes:
        address: The topic.
        action: What we did each time, and what is wanted again.
        times: Our clock, when we did, oldest first; at least three.
    """

    address: Address
    action: Action
    times: tuple[datetime, ...]

    @property
    def note(self) -> str:
        """What is said of the topic beside its verdict."""
        return (
            f"contested: {_DONE[self.action]} {len(self.times)} times in a row, last "
            f"{moment(self.times[-1])}, and changed back each time"
        )


def find_contests(findings: Iterable[Finding], hindsight: Hindsight) -> tuple[Contest, ...]:
    """Tell which changes are wanted again and again.

    Args:
        findings: With their causes.
        hindsight: Specs and ledger.

    Returns:
        Sorted by address.
    """
    wanted: dict[tuple[str, str], tuple[Address, Action]] = {}
    for finding in findings:
        place = hindsight.place_of(finding.address)
        if place and finding.action in _DONE and finding.cause in _UNEXPLAINED:
            wanted[place] = (finding.address, finding.action)
    moves = _moves(hindsight.journal.intents, wanted)
    contests = []
    for place, (address, action) in wanted.items():
        times = _in_a_row(moves.get(place, []), action)
        if len(times) >= ENOUGH:
            contests.append(Contest(address, action, times))
    return tuple(sorted(contests, key=lambda contest: contest.address))


def _moves(
    records: Iterable[IntentRecord], places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[datetime, Action]]]:
    """What we did to topics and the vendor said yes to, oldest first."""
    moves: dict[tuple[str, str], list[tuple[datetime, Action]]] = {}
    for record in sorted(records, key=lambda r: (r.intent.at, r.intent.id)):
        replies = {(answer.scope, answer.topic): answer.reply for answer in record.answers}
        for item in record.intent.items:
            place = (item.scope, item.topic)
            if place in places and replies.get(place) is Reply.ACCEPTED:
                moves.setdefault(place, []).append((record.intent.at, record.intent.action))
    return moves


def _in_a_row(moves: Sequence[tuple[datetime, Action]], action: Action) -> tuple[datetime, ...]:
    """When the last of them took place, as far back as they are all of one kind."""
    same = takewhile(lambda move: move[1] is action, reversed(moves))
    return tuple(at for at, _ in same)[::-1]


def with_notes(findings: Iterable[Finding], contests: Iterable[Contest]) -> tuple[Finding, ...]:
    """Put a note on the findings of contested topics, behind the one they may have.

    Args:
        findings: In any order.
        contests: From `find_contests`.

    Returns:
        In the same order.
    """
    notes = {contest.address: contest.note for contest in contests}
    return tuple(
        replace(finding, note="; ".join(filter(None, (finding.note, notes[finding.address]))))
        if finding.address in notes
        else finding
        for finding in findings
    )


def contest_warnings(contests: Iterable[Contest]) -> tuple[str, ...]:
    """One sentence per document and action, however many topics there are.

    Args:
        contests: From `find_contests`.

    Returns:
        Sorted.
    """
    groups: dict[tuple[Address, Action], list[Contest]] = {}
    for contest in contests:
        groups.setdefault((contest.address.document, contest.action), []).append(contest)
    return tuple(sorted(_sentence(group) for group in groups.values()))


def _sentence(group: Sequence[Contest]) -> str:
    first = group[0]
    who = str(first.address)
    if len(group) > 1:
        names = tuple(sorted(contest.address.topic for contest in group))
        who = f"{first.address.document}: {listed(names)}"
    counts = {len(contest.times) for contest in group}
    more = " or more" if len(counts) > 1 else ""
    last = moment(max(contest.times[-1] for contest in group))
    return (
        f"{who}: contested: {_DONE[first.action]} {min(counts)} times in a row{more}, last {last}, "
        "and changed back each time; find out by whom, or change the spec"
    )
