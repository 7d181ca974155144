"""What really happened at Streamkap, whatever it shows: the witness that the laws are held against."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.sandbox.streamkap.timeline import progress
from tests.support.stage import Stage


@dataclass(frozen=True, slots=True)
class Fact:
    """One topic of one run.

    Attributes:
        number: Of the run; runs are counted in the order they began.
        place: `source/topic`.
        submitted: Seconds since 1970.
        started: Seconds since 1970, or None.
        status: The word, as it really is.
        request: Number of the request of ours that began it, or None.
        cancelled: When it was stopped, or None.
    """

    number: int
    place: str
    submitted: float
    started: float | None
    status: str
    request: int | None
    cancelled: float | None

    @property
    def is_active(self) -> bool:
        """Whether it is still to come or under way."""
        return self.status in ("pending", "running")


def facts(stage: Stage, at: float | None = None) -> Iterator[Fact]:
    """Every topic of every run that was asked for until a moment, as it stood then, oldest first.

    Args:
        stage: The stage.
        at: Seconds since 1970; None is now.
    """
    moment = stage.sandbox.now() if at is None else at
    for run in stage.sandbox._state.world.streamkap.runs.values():
        if run.submitted > moment:
            continue
        ours = run.request if run.request not in stage.hand else None
        for part in progress(run, moment):
            yield Fact(
                run.number,
                f"{run.source_name}/{part.part.topic}",
                run.submitted,
                part.started,
                part.status,
                ours,
                part.part.cancelled,
            )
