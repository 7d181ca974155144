"""What reads show of the runs: late, shortened or oddly dated, as the quirks say.

Every read goes through here, so that filters, lineage and metrics agree with each other.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler.records import Struct
from reconciler.sandbox.context import Context
from reconciler.sandbox.streamkap.nouns import Run, Source
from reconciler.sandbox.streamkap.state import StreamkapState
from reconciler.sandbox.streamkap.timeline import Progress, progress
from reconciler.sandbox.times import format_time, parse_duration

UNKNOWN_WORD = "archived"
"""A status that no document names; shown for ended runs with an odd number (`unknown_status`)."""


class Shown(Struct, frozen=True):
    """Runs of one source as reads show them.

    Attributes:
        topics: By topic name the topic's entries, newest first; a topic without any is absent.
        runs: Runs of which at least one topic is shown, newest first, with all their topics.
    """

    topics: dict[str, tuple[Progress, ...]]
    runs: tuple[tuple[Run, tuple[Progress, ...]], ...]


class View(Struct, frozen=True):
    """The state seen through the quirks of one request."""

    state: StreamkapState
    context: Context

    @property
    def at(self) -> float:
        """The moment that reads show: now, or earlier while state is published late."""
        return self.context.now - parse_duration(self.context.quirks.publish_lag)

    def shown(self, source: Source) -> Shown:
        """Runs of a source as reads show them."""
        runs = [run for run in self.state.runs_of(source.id) if run.submitted <= self.at]
        runs.sort(key=lambda run: (run.submitted, run.number), reverse=True)
        topics: dict[str, list[Progress]] = {}
        visible: list[tuple[Run, tuple[Progress, ...]]] = []
        for run in runs:
            parts = progress(run, self.at)
            listed = [part for part in parts if self._is_listed(part)]
            if listed:
                visible.append((run, parts))
            for part in listed:
                topics.setdefault(part.part.topic, []).append(part)
        depth = 1 if self.context.quirks.history_depth == "1" else None
        return Shown({name: tuple(found[:depth]) for name, found in topics.items()}, tuple(visible))

    def word(self, part: Progress) -> str:
        """The status of one entry, in the vendor's words."""
        return self.named(part.run, part.status)

    def named(self, run: Run, status: str) -> str:
        """A status of a run or of a part of it, in the vendor's words."""
        odd = run.number % 2 == 1 and status not in {"pending", "running"}
        return UNKNOWN_WORD if odd and self.context.quirks.unknown_status == "yes" else status

    def words(self, shown: Shown) -> dict[str, str]:
        """The latest status of each topic that has one."""
        return {name: self.word(entries[0]) for name, entries in shown.topics.items()}

    def time(self, epoch: float | None) -> str | int | None:
        """A time of a run, written the way the quirk `run_times` says."""
        form = self.context.quirks.run_times
        if epoch is None or form == "null":
            return None
        if form == "epoch_ms":
            return round(epoch * 1000)
        if form == "naive":
            return datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None).isoformat()
        return format_time(epoch)

    def _is_listed(self, part: Progress) -> bool:
        return part.status != "pending" or self.context.quirks.pending_listed == "yes"


def milliseconds(seconds: float | None) -> int | None:
    """Seconds as whole milliseconds; None stays None."""
    return None if seconds is None else round(seconds * 1000)


def percent(parts: Sequence[Progress]) -> float:
    """Rows read of rows to read, in percent with one decimal; 100 where there is nothing to read."""
    total = sum(part.part.rows for part in parts)
    return round(100 * sum(part.rows for part in parts) / total, 1) if total else 100.0
