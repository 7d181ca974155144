"""Follow one item from its answer to its result.

answer         nothing seen                                   seen
-------------  ---------------------------------------------  ------------------------
accepted       accepted; a start is given up after `lag`      as far as seen
failed, start  failed, at once
failed, else   failed, once there was time to see it          settled: it worked
busy, start    deferred: another run is in the way            started: that run covers it
busy, else     as failed
not sent       failed, at once
unknown        start: unknown after `lag`, never sent again   as far as seen
               pause, resume: sent once more, then failed
               stop: failed after `lag`
"""

from datetime import timedelta

from reconciler.core.settled import Progress, Wait, is_reached
from reconciler.core.words import span
from reconciler.model.change import Action
from reconciler.model.outcome import Reply, Result
from reconciler.model.plan import Step, StepItem
from reconciler.records import Struct, replace

DOUBT = timedelta(seconds=15)
NOTHING_SEEN = Progress(Result.ACCEPTED)


class Track(Struct, frozen=True):
    """One item on its way.

    Attributes:
        step: The step that carries it.
        item: The item.
        action: What was asked for.
        reply: What the answer said of it.
        message: The vendor's text; may be empty.
        sent_at: Seconds of the clock that never goes back.
        progress: What was seen of it last.
        result: Its result; None while it is followed.
        short: Whether it is not as far as apply was to wait for.
        resend: Whether its call shall be sent once more.
        sends: How often its call was sent.
    """

    step: Step
    item: StepItem
    action: Action
    reply: Reply
    message: str
    sent_at: float
    progress: Progress = NOTHING_SEEN
    result: Result | None = None
    short: bool = False
    resend: bool = False
    sends: int = 1


class Patience(Struct, frozen=True):
    """How long what is not seen may stay unseen.

    Attributes:
        lag: Of the connection.
        wait: What the user asked to wait for, or None.
    """

    lag: timedelta
    wait: Wait | None


def begin(track: Track, patience: Patience) -> Track:
    """The part of the table that needs no look.

    Args:
        track: Fresh from its answer.
        patience: How long to follow.
    """
    if track.reply is Reply.BUSY and track.action is not Action.START:
        track = replace(track, reply=Reply.FAILED)
    if track.reply is Reply.NOT_SENT:
        return replace(track, result=Result.FAILED, message=f"not sent: {track.message}")
    if track.reply is Reply.FAILED and track.action is Action.START:
        return replace(track, result=Result.FAILED)
    if track.reply is Reply.ACCEPTED and patience.wait is Wait.ACCEPTED:
        return replace(track, result=Result.ACCEPTED)
    return track


def advance(track: Track, progress: Progress, now: float, patience: Patience) -> Track:
    """What a look says of an item.

    Args:
        track: The item; not decided yet.
        progress: What was seen.
        now: Seconds of the clock that never goes back.
        patience: How long to follow.
    """
    track = replace(track, progress=progress)
    if progress.result is not Result.ACCEPTED:
        return _seen(track, progress, patience)
    waited = timedelta(seconds=now - track.sent_at)
    match track.reply:
        case Reply.BUSY:
            return replace(
                track,
                result=Result.DEFERRED,
                message=f"another run is in the way; a later apply goes on ({track.message})",
            )
        case Reply.FAILED if waited >= min(patience.lag, DOUBT):
            return replace(track, result=Result.FAILED)
        case Reply.UNKNOWN if waited > patience.lag:
            return _lost(track)
        case Reply.ACCEPTED if track.action is Action.START and waited > patience.lag:
            message = (
                f"accepted, and no run of it was shown within {span(patience.lag)}; plan again: it"
                " looks first"
            )
            return replace(track, result=Result.ACCEPTED, short=True, message=message)
        case _:
            return track


def _seen(track: Track, progress: Progress, patience: Patience) -> Track:
    message = progress.message or track.message
    if track.reply is Reply.BUSY:
        message = "a run that was started elsewhere covers it"
    if track.reply is Reply.FAILED and progress.result is Result.SETTLED:
        message = f"it is as wanted, although the answer said: {track.message}"
    if not is_reached(progress.result, track.action, patience.wait):
        return replace(track, message=message)
    if track.reply is Reply.UNKNOWN and not progress.message:
        message = f"it was seen, although its answer was lost ({track.message})"
    return replace(track, result=progress.result, message=message)


def _lost(track: Track) -> Track:
    if track.action is Action.START:
        message = f"its answer was lost and no run of it was shown ({track.message})"
        return replace(track, result=Result.UNKNOWN, message=message)
    if track.action is Action.STOP or track.sends > 1:
        message = f"its answer was lost and nothing changed ({track.message})"
        return replace(track, result=Result.FAILED, message=message)
    return replace(track, resend=True)


def give_up(track: Track, why: str) -> Track:
    """The result of an item that is no longer followed.

    Args:
        track: The item; not decided yet.
        why: `interrupted`, or that time is up.
    """
    unseen = {
        Reply.UNKNOWN: Result.UNKNOWN,
        Reply.BUSY: Result.DEFERRED,
        Reply.FAILED: Result.FAILED,
    }
    if track.reply in unseen and track.progress.result is Result.ACCEPTED:
        return replace(track, result=unseen[track.reply], message=f"{why}: {track.message}")
    return replace(track, result=track.progress.result, short=True, message=why)
