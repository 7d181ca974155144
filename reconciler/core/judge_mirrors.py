"""The verdict table of mirror topics. Rows from top to bottom; the first that applies wins.

    link                            topic                     wanted active      wanted paused
    ------------------------------  ------------------------  -----------------  ---------------
    PAUSED, or topic LINK_PAUSED    any                       blocked            deferred
    FAILED, or topic LINK_FAILED    any                       blocked            blocked
    otherwise                       no status                 unobserved         unobserved
                                    ACTIVE                    in_sync            change: pause
                                    PAUSED                    change: resume     in_sync
                                    SOURCE_UNAVAILABLE        in_progress, past  change: pause
                                                              the deadline
                                                              blocked
                                    FAILED                    blocked            blocked
                                    STOPPED, PENDING_STOPPED  literal: blocked;  same
                                                              glob: unmanaged
                                    other PENDING_*           deferred, past     same
                                                              the deadline
                                                              blocked
                                    any other word            blocked            blocked

What the words mean: `docs/apis/confluent.md#statuses`.
"""

from datetime import datetime

from reconciler.core.rows import Row
from reconciler.core.ruling import Ruling
from reconciler.core.words import moment, span
from reconciler.model.change import Action
from reconciler.model.desired import MirrorRule, MirrorState
from reconciler.model.observed import Mirror
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import Struct, replace

LINK_WORDS = frozenset({"LINK_PAUSED", "LINK_FAILED"})
_WORDS = {
    "ACTIVE": Row.ACTIVE,
    "PAUSED": Row.PAUSED,
    "SOURCE_UNAVAILABLE": Row.SOURCE_UNAVAILABLE,
    "FAILED": Row.MIRROR_FAILED,
}
GONE_WORDS = frozenset({"STOPPED", "PENDING_STOPPED"})


class MirrorAsk(Struct, frozen=True):
    """One topic's question.

    Attributes:
        rule: The rule that names it.
        mirror: What was observed.
        link_state: The link's raw word, or None.
        link_error: The link's error, or empty.
        literal: Whether the rule spells the name out.
        now: The vendor's clock.
    """

    rule: MirrorRule
    mirror: Mirror
    link_state: str | None
    link_error: str
    literal: bool
    now: datetime


def wanted(rule: MirrorRule, now: datetime) -> MirrorState:
    """The level a rule means now: a pause whose `until` has come means active.

    Args:
        rule: A rule.
        now: The vendor's clock.
    """
    if rule.state is MirrorState.PAUSED and rule.until is not None and rule.until <= now:
        return MirrorState.ACTIVE
    return rule.state


def judge_link_state(state: str | None, error: str, want: MirrorState) -> Ruling | None:
    """The rows that speak of the whole link, or None where its topics decide.

    Args:
        state: The link's raw word, or a topic's `LINK_*` word without `LINK_`.
        error: The link's error, or empty.
        want: The level a rule means now.
    """
    if state == "PAUSED":
        if want is MirrorState.PAUSED:
            return Ruling(
                Verdict.DEFERRED,
                "the link is paused: nothing flows, and the state of its topics is hidden",
                of_link=True,
                row=Row.LINK_PAUSED,
            )
        return Ruling(
            Verdict.BLOCKED,
            "the link is paused",
            advice="unpause the link (cluster.link.paused), or declare its topics paused",
            of_link=True,
            row=Row.LINK_PAUSED,
        )
    if state == "FAILED":
        return Ruling(
            Verdict.BLOCKED,
            f"the link has failed: {error or 'the vendor gives no reason'}",
            advice="repair the link",
            of_link=True,
            failed=True,
            row=Row.LINK_FAILED,
        )
    return None


def judge_mirror(ask: MirrorAsk) -> Ruling:
    """The verdict for one mirror topic.

    Args:
        ask: The question.
    """
    want = wanted(ask.rule, ask.now)
    status = ask.mirror.status
    shown = {ask.link_state, status.removeprefix("LINK_") if status in LINK_WORDS else None}
    for state in ("PAUSED", "FAILED"):
        ruling = judge_link_state(state, ask.link_error, want) if state in shown else None
        if ruling is not None:
            return ruling
    if status is None:
        advice = "look at the topic at Confluent"
        reason = "the vendor shows no status for it"
        return Ruling(Verdict.UNOBSERVED, reason, advice=advice, row=Row.NO_STATUS)
    return replace(_judge_status(ask, status, want), row=_row_of(status))


def _row_of(status: str) -> Row:
    """The row that a topic's own word leads to."""
    match status:
        case "STOPPED" | "PENDING_STOPPED":
            return Row.STOPPED
        case _ if status.startswith("PENDING_"):
            return Row.PENDING
        case _:
            return _WORDS.get(status, Row.OTHER_WORD)


def _judge_status(ask: MirrorAsk, status: str, want: MirrorState) -> Ruling:
    match status:
        case "ACTIVE" | "PAUSED":
            return _steady(ask, status, want)
        case "SOURCE_UNAVAILABLE":
            return _unavailable(ask, want)
        case "FAILED":
            return Ruling(
                Verdict.BLOCKED,
                f"mirroring has failed: {ask.mirror.error or 'the vendor gives no reason'}",
                advice="repair the source topic, or fail it over at Confluent",
                failed=True,
            )
        case "STOPPED" | "PENDING_STOPPED":
            return _gone(ask, status)
        case _ if status.startswith("PENDING_"):
            return _pending(ask, status)
        case _:
            return Ruling(
                Verdict.BLOCKED,
                f"the vendor shows a status that is not known: {status}",
                advice="look at the topic at Confluent",
            )


def _steady(ask: MirrorAsk, status: str, want: MirrorState) -> Ruling:
    if (status == "PAUSED") == (want is MirrorState.PAUSED):
        return Ruling(Verdict.IN_SYNC, f"it is {status.lower()} as wanted")
    if want is MirrorState.PAUSED:
        return _pause(ask, "it is mirroring, and should be paused")
    if ask.rule.state is MirrorState.PAUSED and ask.rule.until is not None:
        reason = f"its pause ended at {moment(ask.rule.until)}"
    else:
        reason = "it is paused, and should be mirroring"
    return Ruling(Verdict.CHANGE, reason, action=Action.RESUME, risk=Risk.SAFE)


def _pause(ask: MirrorAsk, reason: str) -> Ruling:
    until = ask.rule.until
    end = f"until {moment(until)}" if until else "with no end (until: never)"
    why = f" ({ask.rule.reason})" if ask.rule.reason else ""
    return Ruling(
        Verdict.CHANGE,
        f"{reason} {end}{why}",
        action=Action.PAUSE,
        risk=Risk.SAFE if until else Risk.DISRUPTIVE,
    )


def _unavailable(ask: MirrorAsk, want: MirrorState) -> Ruling:
    if want is MirrorState.PAUSED:
        return _pause(ask, "its source is unavailable, and it should be paused")
    late = _overdue(ask)
    if late:
        return Ruling(
            Verdict.BLOCKED,
            f"its source has been unavailable {late}",
            advice="look at the source cluster and at the network between the two",
            failed=True,
        )
    return Ruling(
        Verdict.IN_PROGRESS,
        "its source is unavailable; mirroring goes on by itself when it is back",
    )


def _gone(ask: MirrorAsk, status: str) -> Ruling:
    if not ask.literal:
        return Ruling(Verdict.UNMANAGED, f"{status}: no longer a mirror, and only a glob names it")
    return Ruling(
        Verdict.BLOCKED,
        f"{status}: it was promoted or failed over, and is no longer a mirror",
        advice="take it out of the spec, or make it a mirror again at Confluent",
    )


def _pending(ask: MirrorAsk, status: str) -> Ruling:
    late = _overdue(ask)
    if late:
        return Ruling(
            Verdict.BLOCKED,
            f"it has been {status} {late}",
            advice="look at the topic at Confluent",
            failed=True,
        )
    return Ruling(Verdict.DEFERRED, f"it is {status}: waits until that has ended")


def _overdue(ask: MirrorAsk) -> str:
    """How long past the deadline, in words; empty where in time or where nothing tells."""
    since, deadline = ask.mirror.state_time, ask.rule.deadline
    if since is None or deadline is None or ask.now - since <= deadline:
        return ""
    return f"for {span(ask.now - since)}, longer than its deadline of {span(deadline)}"
