"""The rows of the verdict tables by name, so that a verdict can say which one gave it.

The tables themselves stand in the docstrings of `judge_runs` and `judge_mirrors`; a test holds these
sentences to them, row by row.
"""

from collections.abc import Mapping
from enum import StrEnum

from reconciler.records import Struct


class Row(StrEnum):
    """Every row that can give a verdict, table by table, from top to bottom."""

    UNREAD = "runs.unread"
    IDLE_STRANGE = "runs.idle_strange"
    IDLE_RUNNING = "runs.idle_running"
    IDLE_CALM = "runs.idle_calm"
    SCHEDULED = "runs.scheduled"
    HOLDS = "runs.holds"
    UNDER_WAY = "runs.under_way"
    OTHER_RUN = "runs.other_run"
    UNKNOWN_WORD = "runs.unknown_word"
    UNSEEN = "runs.unseen"
    FAILED = "runs.failed"
    CANCELLED = "runs.cancelled"
    UNDATED = "runs.undated"
    ENDED_SHORT = "runs.ended_short"
    OLDER = "runs.older"
    NEVER_RUN = "runs.never_run"

    LINK_PAUSED = "mirrors.link_paused"
    LINK_FAILED = "mirrors.link_failed"
    NO_STATUS = "mirrors.no_status"
    ACTIVE = "mirrors.active"
    PAUSED = "mirrors.paused"
    SOURCE_UNAVAILABLE = "mirrors.source_unavailable"
    MIRROR_FAILED = "mirrors.failed"
    STOPPED = "mirrors.stopped"
    PENDING = "mirrors.pending"
    OTHER_WORD = "mirrors.other_word"

    NOT_FOUND = "before.not_found"
    NOT_LISTED = "before.not_listed"
    MISSING = "before.missing"
    CONTESTED = "before.contested"


class RunRow(Struct, frozen=True):
    """A row of the table of snapshots.

    Attributes:
        wanted: The level it is for: `any`, `idle` or `completed`.
        text: What is seen.
        verdict: What follows.
    """

    wanted: str
    text: str
    verdict: str

    def __str__(self) -> str:
        return f"wanted {self.wanted}; {self.text}: {self.verdict}"


class MirrorRow(Struct, frozen=True):
    """A row of the table of mirror topics.

    Attributes:
        link: What the link shows.
        topic: What the topic shows.
        active: What follows where `active` is wanted.
        paused: What follows where `paused` is wanted.
    """

    link: str
    topic: str
    active: str
    paused: str

    def __str__(self) -> str:
        paused = self.active if self.paused == "same" else self.paused
        seen = f"link {self.link}; topic {self.topic}"
        return f"{seen}; wanted active: {self.active}; wanted paused: {paused}"


RUN_ROWS: Mapping[Row, RunRow] = {
    Row.UNREAD: RunRow("any", "the state could not be read", "unobserved"),
    Row.IDLE_STRANGE: RunRow("idle", "a status word we do not know", "blocked"),
    Row.IDLE_RUNNING: RunRow("idle", "pending or running", "change: stop"),
    Row.IDLE_CALM: RunRow("idle", "otherwise", "in_sync"),
    Row.SCHEDULED: RunRow("completed", "`since` later than now - 1 min", "scheduled"),
    Row.HOLDS: RunRow("completed", "a run completed with time >= since", "in_sync"),
    Row.UNDER_WAY: RunRow(
        "completed", "pending or running, time >= since, or undated and ours", "in_progress"
    ),
    Row.OTHER_RUN: RunRow("completed", "pending or running, older or undated", "deferred"),
    Row.UNKNOWN_WORD: RunRow(
        "completed", "the latest run, or an undated one, has an unknown status word", "blocked"
    ),
    Row.UNSEEN: RunRow(
        "completed",
        "an open intent or receipt of ours whose run was never seen",
        "in_progress, unknown",
    ),
    Row.FAILED: RunRow("completed", "latest run with time >= since failed", "blocked, or start"),
    Row.CANCELLED: RunRow(
        "completed", "latest run with time >= since cancelled", "blocked, or start"
    ),
    Row.UNDATED: RunRow("completed", "a run ended undated", "blocked"),
    Row.ENDED_SHORT: RunRow(
        "completed", "a start of ours ended and the level still does not hold", "blocked"
    ),
    Row.OLDER: RunRow("completed", "last run older than since", "change: start"),
    Row.NEVER_RUN: RunRow("completed", "never run", "change: start"),
}
_LATE = "past the deadline blocked"
MIRROR_ROWS: Mapping[Row, MirrorRow] = {
    Row.LINK_PAUSED: MirrorRow("PAUSED, or topic LINK_PAUSED", "any", "blocked", "deferred"),
    Row.LINK_FAILED: MirrorRow("FAILED, or topic LINK_FAILED", "any", "blocked", "blocked"),
    Row.NO_STATUS: MirrorRow("otherwise", "no status", "unobserved", "unobserved"),
    Row.ACTIVE: MirrorRow("otherwise", "ACTIVE", "in_sync", "change: pause"),
    Row.PAUSED: MirrorRow("otherwise", "PAUSED", "change: resume", "in_sync"),
    Row.SOURCE_UNAVAILABLE: MirrorRow(
        "otherwise", "SOURCE_UNAVAILABLE", f"in_progress, {_LATE}", "change: pause"
    ),
    Row.MIRROR_FAILED: MirrorRow("otherwise", "FAILED", "blocked", "blocked"),
    Row.STOPPED: MirrorRow(
        "otherwise", "STOPPED, PENDING_STOPPED", "literal: blocked; glob: unmanaged", "same"
    ),
    Row.PENDING: MirrorRow("otherwise", "other PENDING_*", f"deferred, {_LATE}", "same"),
    Row.OTHER_WORD: MirrorRow("otherwise", "any other word", "blocked", "blocked"),
}
_BEFORE: Mapping[Row, str] = {
    Row.NOT_FOUND: "the source or link itself could not be found or read, and no topic is judged",
    Row.NOT_LISTED: "the mirror topics of the link were not listed, and none is judged",
    Row.MISSING: "a topic that is spelt out is not known to the vendor: blocked",
    Row.CONTESTED: "more than one document claims the topic: blocked",
}


def told(row: str) -> str:
    """A sentence for a row: the table, the how manieth it is, what it says.

    Args:
        row: The name as a finding carries it; may be empty.

    Returns:
        The sentence; one for what no row stands behind, where the name is none.
    """
    if row not in set(Row):
        return "no row of a table: decided for the whole document"
    known = Row(row)
    if known in RUN_ROWS:
        place = [*RUN_ROWS].index(known) + 1
        return f"snapshots, row {place} of {len(RUN_ROWS)}: {RUN_ROWS[known]}"
    if known in MIRROR_ROWS:
        place = [*MIRROR_ROWS].index(known) + 1
        return f"mirror topics, row {place} of {len(MIRROR_ROWS)}: {MIRROR_ROWS[known]}"
    return f"before the tables: {_BEFORE[known]}"
