"""The verdict table of snapshots. Rows from top to bottom; the first that applies wins.

    wanted     row                                                            verdict
    ---------  -------------------------------------------------------------  -----------------
    any        the state could not be read                                    unobserved
    idle       a status word we do not know                                   blocked
    idle       pending or running                                             change: stop
    idle       otherwise                                                      in_sync
    completed  `since` later than now - 1 min                                 scheduled
    completed  a run completed with time >= since                             in_sync
    completed  pending or running, time >= since, or undated and ours         in_progress
    completed  pending or running, older or undated                           deferred
    completed  the latest run, or an undated one, has an unknown status word  blocked
    completed  an open intent or receipt of ours whose run was never seen     in_progress, unknown
    completed  latest run with time >= since failed                           blocked, or start
    completed  latest run with time >= since cancelled                        blocked, or start
    completed  a run ended undated                                            blocked
    completed  a start of ours ended and the level still does not hold        blocked
    completed  last run older than since                                      change: start
    completed  never run                                                      change: start

`apply --retry` turns the rows of an open intent, a failed run and a cancelled one into a start, and
what the vendor shows nothing at all of into "never run", which a second read has to confirm.

A run under way for longer than the rule's `deadline` is blocked. `maxAge` is `since = now - maxAge`, a
little younger for the sake of `spread` (`core/spread.py`), with two differences: it is never scheduled,
and a run under way counts whatever its age.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from reconciler.core.dating import Dated, date_runs, is_overtaken
from reconciler.core.levels import age_in_words, is_for, level_of
from reconciler.core.rows import Row
from reconciler.core.ruling import Ruling
from reconciler.core.words import moment, span
from reconciler.model.change import Action
from reconciler.model.desired import OnCancel, SnapshotRule, SnapshotState, SnapshotType
from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.observed import Run
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import Struct, replace

NOT_YET = timedelta(minutes=1)


class RunAsk(Struct, frozen=True):
    """One topic's question.

    Attributes:
        rule: The rule that names it; `completed` or `idle`.
        runs: Every run the vendor shows, or None where the state could not be read.
        now: The vendor's clock.
        lag: How long a started run may stay invisible.
        problem: Why `runs` is None.
        attempts: Our starts of this topic, oldest first.
        mark: The time a person gave to its undated run, or None.
        has_history: Whether the ledger is older than this command.
        retry: Whether a person wants one more start (`apply --retry`).
        is_silent: Whether `runs` is None because the vendor shows nothing at all of its state.
        advice: What to do where `runs` is None; may be empty.
    """

    rule: SnapshotRule
    runs: tuple[Run, ...] | None
    now: datetime
    lag: timedelta
    problem: str = ""
    attempts: tuple[Attempt, ...] = ()
    mark: datetime | None = None
    has_history: bool = False
    retry: bool = False
    is_silent: bool = False
    advice: str = ""


class _Case(Struct, frozen=True):
    """A question with everything the rows of `completed` need, worked out once."""

    rule: SnapshotRule
    now: datetime
    lag: timedelta
    since: datetime
    dated: tuple[Dated, ...]
    attempts: tuple[Attempt, ...]
    has_history: bool

    @property
    def latest(self) -> Dated | None:
        """The run with the latest time, or None where none is dated."""
        return next((d for d in reversed(self.dated) if d.time is not None), None)

    def latest_since(self, status: str) -> Dated | None:
        """The latest run, where its time is at or after `since` and it has that status.

        A later one of ours that is over and not shown leaves nothing to be said of the one that is.
        """
        latest = self.latest
        if latest is None or latest.time is None or latest.time < self.since:
            return None
        if is_overtaken(latest, self.attempts):
            return None
        return latest if latest.run.status == status else None

    @property
    def undated(self) -> tuple[Dated, ...]:
        """The runs nobody can date."""
        return tuple(d for d in self.dated if d.time is None)


def judge_runs(ask: RunAsk) -> Ruling:
    """The verdict for one topic.

    Args:
        ask: The question.
    """
    if ask.runs is None and not (ask.retry and ask.is_silent):
        reason = ask.problem or "its snapshot state could not be read"
        return Ruling(Verdict.UNOBSERVED, reason, advice=ask.advice, row=Row.UNREAD)
    if ask.rule.state is SnapshotState.IDLE:
        return _judge_idle(ask.runs or ())
    since = level_of(ask.rule, ask.now)
    mine = tuple(a for a in ask.attempts if is_for(a, ask.rule, since))
    dated = date_runs(ask.runs or (), ask.attempts, ask.mark)
    case = _Case(ask.rule, ask.now, ask.lag, since, dated, mine, ask.has_history)
    for row, name in ROWS.items():
        ruling = row(case)
        if ruling is not None:
            ruling = _wanted_again(case, row, ruling) if ask.retry else ruling
            return replace(ruling, row=name)
    return replace(_never_run(case), row=Row.NEVER_RUN)


def _wanted_again(case: _Case, row: Callable[[_Case], Ruling | None], ruling: Ruling) -> Ruling:
    """One more start, because a person says so; nothing else is made to start by it."""
    if row not in (_unseen, _failed, _cancelled) or ruling.action is not None:
        return ruling
    if ruling.verdict is Verdict.IN_PROGRESS:
        return ruling
    return _start(case, f"{ruling.reason}; wanted again with --retry")


def _judge_idle(runs: tuple[Run, ...]) -> Ruling:
    strange = sorted({run.status for run in runs if not run.is_known})
    if strange:
        return replace(_strange(strange[0]), row=Row.IDLE_STRANGE)
    active = sorted(run.status for run in runs if run.is_active)
    if not active:
        return Ruling(Verdict.IN_SYNC, "no snapshot runs", row=Row.IDLE_CALM)
    return Ruling(
        Verdict.CHANGE,
        f"a snapshot is {active[-1]}, and none may run",
        action=Action.STOP,
        risk=Risk.DISRUPTIVE,
        row=Row.IDLE_RUNNING,
    )


def _strange(word: str) -> Ruling:
    return Ruling(
        Verdict.BLOCKED,
        f"the vendor shows a snapshot status that is not known: {word}",
        advice="look at the source at Streamkap",
    )


def _scheduled(case: _Case) -> Ruling | None:
    if case.rule.max_age is not None or case.since <= case.now - NOT_YET:
        return None
    return Ruling(Verdict.SCHEDULED, f"asked for from {moment(case.since)} on")


def _holds(case: _Case) -> Ruling | None:
    held = [
        d
        for d in case.dated
        if d.run.status == "completed" and d.time is not None and d.time >= case.since
    ]
    if not held:
        return None
    last = held[-1]
    foreign = last.ours is None and (case.has_history or bool(case.rule.filter))
    return Ruling(
        Verdict.IN_SYNC,
        f"completed a snapshot that began {_at(last.time)}",
        note="not started here, so its filter is not visible" if foreign else "",
    )


def _under_way(case: _Case) -> Ruling | None:
    for d in case.dated:
        if d.run.is_active and _counts(case, d):
            return _late(case, d) or Ruling(Verdict.IN_PROGRESS, _progress(d))
    return None


def _counts(case: _Case, dated: Dated) -> bool:
    """Whether a run under way will satisfy the level when it completes."""
    if case.rule.max_age is not None:
        return True
    return dated.time is not None and dated.time >= case.since


def _other_run(case: _Case) -> Ruling | None:
    for d in case.dated:
        if d.run.is_active:
            if d.time is None:
                reason = f"waits for a run that is {d.run.status} and has no time yet"
            else:
                reason = f"waits for a run that began {_at(d.time)}, before {moment(case.since)}"
            return _late(case, d) or Ruling(Verdict.DEFERRED, reason)
    return None


def _late(case: _Case, dated: Dated) -> Ruling | None:
    deadline = case.rule.deadline
    if deadline is None or dated.time is None or case.now - dated.time <= deadline:
        return None
    return Ruling(
        Verdict.BLOCKED,
        f"a run has been {dated.run.status} for {span(case.now - dated.time)}, longer than its "
        f"deadline of {span(deadline)}",
        advice="look at the source at Streamkap",
        failed=True,
    )


def _progress(dated: Dated) -> str:
    run = dated.run
    parts = [f"a snapshot is {run.status}"]
    if run.percent is not None:
        parts.append(f"{run.percent:.0f} % of {run.rows_total:,} rows")
    if run.eta:
        parts.append(f"about {span(run.eta)} left")
    return ", ".join(parts)


def _unknown_word(case: _Case) -> Ruling | None:
    latest = case.latest
    # Of several with one time any may be the latest: a run that goes on keeps an older start.
    suspects = [d for d in case.dated if d.time is None or (latest and d.time == latest.time)]
    strange = sorted({d.run.status for d in suspects if not d.run.is_known})
    return _strange(strange[0]) if strange else None


def _unseen(case: _Case) -> Ruling | None:
    waiting = (AttemptState.OPEN, AttemptState.ACCEPTED)
    unseen = [attempt for attempt in case.attempts if attempt.state in waiting]
    if not unseen:
        return None
    last = unseen[-1]
    if case.now - last.at <= case.lag:
        return Ruling(Verdict.IN_PROGRESS, f"asked for {_at(last.at)}; its run is not shown yet")
    word = "was accepted" if last.state is AttemptState.ACCEPTED else "may have been sent"
    return Ruling(
        Verdict.UNKNOWN,
        f"a start {word} {_at(last.at)}, and its run was never shown",
        advice="look at the source at Streamkap, then say what happened with "
        "`reconciler ledger resolve`, or start once more with `apply --retry`",
    )


def _failed(case: _Case) -> Ruling | None:
    latest = case.latest_since("failed")
    if latest is None:
        return None
    trace = f": {latest.run.trace}" if latest.run.trace else ""
    reason = f"the snapshot that began {_at(latest.time)} failed{trace}"
    retries = case.rule.retries
    # An undated run beside it may be younger, and may be the very retry.
    is_last = not case.undated
    if retries and is_last and case.has_history and len(case.attempts) <= retries:
        return _start(case, f"{reason}; attempt {len(case.attempts)} of {retries + 1} was made")
    return Ruling(
        Verdict.BLOCKED,
        reason,
        advice="mend the cause, then raise `since`, or `apply --retry`",
        failed=True,
    )


def _cancelled(case: _Case) -> Ruling | None:
    latest = case.latest_since("cancelled")
    if latest is None:
        return None
    reason = f"the snapshot that began {_at(latest.time)} was cancelled"
    by_us = latest.ours is not None and latest.ours.stopped_by_us
    if by_us or case.rule.on_cancel is OnCancel.RESTART:
        return _start(case, f"{reason}; the vendor may go on from its old progress")
    return Ruling(
        Verdict.BLOCKED,
        reason,
        advice="raise `since`, set `onCancel: restart`, or `apply --retry`",
    )


def _undated(case: _Case) -> Ruling | None:
    if not case.undated:
        return None
    status = case.undated[-1].run.status
    return Ruling(
        Verdict.BLOCKED,
        f"a snapshot {_ended(status)}, and the vendor does not say when",
        advice="look at the source at Streamkap, then say when it ran with `reconciler ledger mark`",
        failed=status == "failed",
    )


def _ended_short(case: _Case) -> Ruling | None:
    # No run is under way at this row, so a run of ours that was seen has ended since.
    over = (AttemptState.SEEN, AttemptState.ENDED)
    ended = [attempt for attempt in case.attempts if attempt.state in over]
    if not ended:
        return None
    return Ruling(
        Verdict.BLOCKED,
        f"a start made {_at(ended[-1].at)} has ended, and no completed snapshot is as young as "
        f"{moment(case.since)}: the vendor may have gone on with an older run",
        advice="look at the source at Streamkap, then raise `since`",
    )


def _older(case: _Case) -> Ruling | None:
    latest = case.latest
    if latest is None or latest.time is None:
        return None
    age = ""
    if case.rule.max_age is not None:
        age = f", {age_in_words(case.rule, latest.time, case.now)}"
    resume = ""
    if latest.run.status in ("cancelled", "failed"):
        resume = "; the vendor may go on from its old progress"
    return _start(
        case,
        f"its last snapshot {_ended(latest.run.status)} and began {_at(latest.time)}{age}{resume}",
    )


def _never_run(case: _Case) -> Ruling:
    first = _start(case, "first run: it was never snapshotted")
    return Ruling(first.verdict, first.reason, action=first.action, risk=first.risk, first_run=True)


def _start(case: _Case, reason: str) -> Ruling:
    blocking = case.rule.type is SnapshotType.BLOCKING
    return Ruling(
        Verdict.CHANGE,
        f"{reason}; a blocking run pauses streaming" if blocking else reason,
        action=Action.START,
        risk=Risk.DISRUPTIVE if blocking else Risk.SAFE,
    )


def _ended(status: str) -> str:
    return {"cancelled": "was cancelled"}.get(status, status)


def _at(time: datetime | None) -> str:
    return moment(time) if time else "at an unknown time"


ROWS: Mapping[Callable[[_Case], Ruling | None], Row] = {
    _scheduled: Row.SCHEDULED,
    _holds: Row.HOLDS,
    _under_way: Row.UNDER_WAY,
    _other_run: Row.OTHER_RUN,
    _unknown_word: Row.UNKNOWN_WORD,
    _unseen: Row.UNSEEN,
    _failed: Row.FAILED,
    _cancelled: Row.CANCELLED,
    _undated: Row.UNDATED,
    _ended_short: Row.ENDED_SHORT,
    _older: Row.OLDER,
}
