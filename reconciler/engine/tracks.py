"""Everything that one lane has sent, and how far it is."""

from collections.abc import Collection, Iterable

from reconciler.core.follow import Patience, Track, advance, begin, give_up
from reconciler.core.recheck import without
from reconciler.core.settled import Progress, covers_exactly, progress_of, strays
from reconciler.core.sight import Sight
from reconciler.engine.record import Record
from reconciler.model.change import Start, Stop, action_of
from reconciler.model.outcome import ItemReply, Receipt, Reply, Result
from reconciler.model.plan import Step, StepItem
from reconciler.records import replace

HOPEFUL = frozenset({Reply.ACCEPTED, Reply.UNKNOWN})
ASTRAY = "runs began on topics that it did not name"


class Tracks:
    """The items of one lane on their way; every change of one is noted in the record."""

    def __init__(self, record: Record, patience: Patience) -> None:
        self._record = record
        self._patience = patience
        self._tracks: dict[tuple[str, StepItem], Track] = {}

    def begin(self, step: Step, receipt: Receipt, now: float, sends: int) -> None:
        """Follow the items of a step that was answered.

        Args:
            step: The step as it was sent.
            receipt: Its answer.
            now: Seconds of the clock that never goes back.
            sends: How often its call was sent.
        """
        replies = {item.key: item for item in receipt.items}
        is_snapshot = isinstance(step.change, Start | Stop)
        for item in step.items:
            key = item.target if is_snapshot else item.topic
            said = replies.get(key) or ItemReply(key, receipt.reply, receipt.message)
            message = said.message or (receipt.message if said.reply is receipt.reply else "")
            track = Track(step, item, action_of(step.change), said.reply, message, now, sends=sends)
            self._put(begin(track, self._patience))

    def advance(self, before: Sight, now: Sight, at: float, asked: Iterable[Track]) -> None:
        """Note what a look shows of the items it was about.

        A look that could not be read takes nothing back of what was seen before.

        Args:
            before: What was visible right before the calls.
            now: What is visible.
            at: Seconds of the clock that never goes back.
            asked: What the look was about; what is decided already stays as it is.
        """
        astray = self._astray(before, now)
        for track in [track for track in asked if track.result is None]:
            progress = track.progress
            if now.shows(track.item.target):
                progress = progress_of(track.action, track.item, before, now)
            place = (track.step.id, track.item.target)
            if place in astray:
                message = f"{ASTRAY}: {', '.join(astray[place])}"
                progress = Progress(Result.FAILED, progress.seen, message)
            self._put(advance(track, progress, at, self._patience))

    def _astray(self, before: Sight, now: Sight) -> dict[tuple[str, str], tuple[str, ...]]:
        """What runs that no one named, by step and source, where an answer said yes."""
        accepted = {
            (t.step.id, t.item.target): t.step for t in self.open if t.reply is Reply.ACCEPTED
        }
        found = {
            (place[0], source.source_id): strays(source, before, now)
            for place, step in accepted.items()
            if isinstance(step.change, Start)
            for source in step.change.sources
            if source.source_id == place[1]
        }
        return {place: names for place, names in found.items() if names}

    def covers_exactly(self, step: Step, before: Sight, now: Sight) -> bool | None:
        """Whether the runs of a start are its topics; what was refused has no say in it.

        Args:
            step: A start that was sent.
            before: What was visible right before it.
            now: What is visible.

        Returns:
            True or False; None while runs of some of its topics are not visible yet.
        """
        hopeful = {t.item.target for t in self.of(step) if t.reply in HOPEFUL}
        return _covers_exactly(step, hopeful, before, now)

    def refusal(self, step: Step) -> str:
        """Why nothing of a start will be seen, or empty. A run that was seen to fail was seen."""
        mine = self.of(step)
        if any(track.reply in HOPEFUL for track in mine):
            return ""
        is_failed = all(track.result is Result.FAILED for track in mine)
        return "it failed" if is_failed else "it was refused"

    def give_up(self, why: str) -> None:
        """Follow nothing any longer.

        Args:
            why: Interrupted, or that time is up.
        """
        for track in self.open:
            self._put(give_up(track, why))

    def of(self, step: Step) -> list[Track]:
        """The items of one step."""
        return [track for track in self._tracks.values() if track.step.id == step.id]

    @property
    def open(self) -> list[Track]:
        """The items that are still followed."""
        return [track for track in self._tracks.values() if track.result is None]

    @property
    def all(self) -> list[Track]:
        """Every item, also those that are decided."""
        return list(self._tracks.values())

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._tracks)

    def take_resends(self) -> list[Step]:
        """Steps to send once more, each without the items that need it not."""
        again = {t.step.id: t.step for t in self._tracks.values() if t.resend}
        wanted = {key for key, t in self._tracks.items() if t.resend}
        for key in wanted:
            self._tracks[key] = replace(self._tracks[key], resend=False)
        smaller = (
            without(step, frozenset(i for i in step.items if (step.id, i) not in wanted))
            for step in again.values()
        )
        return [step for step in smaller if step is not None]

    def _put(self, track: Track) -> None:
        self._tracks[(track.step.id, track.item)] = track
        self._record.follow(track)


def _covers_exactly(
    step: Step, source_ids: Collection[str], before: Sight, now: Sight
) -> bool | None:
    """The part of a start that some sources are; other changes have nothing to cover."""
    if not isinstance(step.change, Start):
        return True
    mine = tuple(s for s in step.change.sources if s.source_id in source_ids)
    return covers_exactly(replace(step.change, sources=mine), before, now)
