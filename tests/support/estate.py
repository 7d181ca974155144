"""One team's estate over a sandbox: what people wish, do by hand and say, and the commands they run.

Every command is a process of its own, with a ledger that all of them share. A process may die.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from reconciler.core.judge import Policy
from reconciler.core.select import parse_selector
from reconciler.engine.planning import Planned
from reconciler.errors import UsageError
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.address import Kind
from reconciler.model.change import Action
from reconciler.model.journal import Actor, IntentItem, Said, Word, WordKind, target_of
from reconciler.model.outcome import Result
from reconciler.model.saved import SavedPlan
from reconciler.model.verdict import Finding, Verdict
from tests.support.court import Court
from tests.support.mortal import Life, is_death
from tests.support.saved import apply_saved, saved_of
from tests.support.stage import Applied, Stage, desired_of, source_id
from tests.support.truth import facts
from tests.support.wishes import Wish, specs_of

HOUR = 3600.0
BERT = Actor("bert")
MIRRORS = "/kafka/v3/clusters/lkc-1/links"


def new_ledger(folder: Path, *, has_history: bool = True) -> Ledger:
    """A ledger in a file. A process that dies loses nothing that it wrote, so nothing is flushed."""
    path = folder / "ledger.db"
    if has_history:
        open_ledger(path, read_only=False).close()
    ledger = open_ledger(path, read_only=False)
    ledger._database._connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
    return ledger


@dataclass
class Estate:
    """A world and everybody who acts on it.

    Attributes:
        world: Document of the sandbox's world.
        wishes: What is wanted of topics, by `source/topic`.
        pauses: What is wanted of mirrors, by `link/topic`: a word of `MIRROR_WISHES`, or empty.
        lag: Of both connections.
        limits: Of the connection to Streamkap.
        keeps: Whether there is a ledger; None is one that no command kept before.
        doubts: Places of which nobody knows what became of a start.
        settled: Those of them that a person spoke of.
        counts: What happened how often.
    """

    world: Mapping[str, object]
    wishes: dict[str, Wish]
    pauses: dict[str, str] = field(default_factory=dict)
    lag: str = "5s"
    limits: dict[str, object] = field(default_factory=dict)
    keeps: bool | None = True
    doubts: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="estate-"))
        ledger = (
            None if self.keeps is False else new_ledger(self.folder, has_history=bool(self.keeps))
        )
        self.stage = Stage(self.world, self._specs(), ledger=ledger)
        self.court = Court(self.stage)
        self.court.wished(self.wishes)

    def close(self) -> None:
        """Leave no trace."""
        if self.ledger is not None:
            self.ledger.close()
        shutil.rmtree(self.folder)

    @property
    def ledger(self) -> Ledger | None:
        """What all commands share, or None."""
        return self.stage.ledger

    # What people wish and do

    def wish(self, place: str, wish: Wish) -> None:
        """Somebody merges another rule for a topic."""
        self.wishes[place] = wish
        if wish.state != "completed" and place in self.doubts:
            self._end_doubt(place, "by another wish")
        self._merge()

    def wish_mirror(self, place: str, word: str) -> None:
        """Somebody merges another rule for a mirror."""
        self.pauses[place] = word
        self._merge()

    def hand_start(self, place: str) -> None:
        """Somebody starts a snapshot in the vendor's own interface."""
        self.stage.clock.run(lambda: self.meanwhile(place, is_start=True))

    def hand_stop(self, place: str) -> None:
        """Somebody stops what runs on the source of a topic."""
        self.stage.clock.run(lambda: self.meanwhile(place, is_start=False))

    async def meanwhile(self, place: str, *, is_start: bool) -> None:
        """The same, while a command of ours is at work."""
        source, _, name = place.partition("/")
        found = self.stage.sandbox._state.world.streamkap.sources[source_id(self.stage, source)]
        full = self.stage.sandbox._state.world.quirks.topic_names == "full"
        body: dict[str, object] = {"source_id": found.id, "snapshot_type": "incremental"}
        if is_start:
            body["topic_names"] = [found.topics[name].id if full else name]
            await self.stage.by_hand("POST", "/sources/snapshot", body)
        else:
            self.court.stopped_by_hand()
            await self.stage.by_hand("POST", "/sources/cancel_snapshot", body)

    def hand_mirror(self, place: str, verb: str) -> None:
        """Somebody pauses or resumes a mirror."""
        link, _, name = place.partition("/")
        body = {"mirror_topic_names": [name]}
        self.stage.hands_on("POST", f"{MIRRORS}/{link}/mirrors:{verb}", body)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.stage.pass_time(seconds)

    # What commands do

    def plan(self) -> Planned:
        """`plan`."""
        planned = self.stage.plan()
        self._note(planned.plan.findings)
        return planned

    def apply(self, life: Life | None = None, **asked: object) -> Applied | None:
        """`apply`; None where the process died."""
        return self.stage.clock.run(lambda: self._lived(life or Life(), **asked))

    def apply_twice(self, first: Life, second: Life, at: int, **asked: object) -> None:
        """Two of them; the second begins when the first lives to see its moment number `at`."""

        async def main() -> None:
            begun = anyio.Event()
            first.told = lambda number: begun.set() if number == at else None

            async def other() -> None:
                await begun.wait()
                await self._lived(second, **asked)

            async with anyio.create_task_group() as group:
                group.start_soon(other)
                await self._lived(first, **asked)
                begun.set()

        self.stage.clock.run(main)

    def apply_again(self, place: str) -> None:
        """`apply --retry` of one topic."""
        self.court.wanted_again(place)
        self.settled.add(place)
        self.apply(policy=Policy(retry=(parse_selector(f"Source/{place}"),)))

    def save(self) -> SavedPlan:
        """`plan --out`."""
        return saved_of(self.plan())

    def apply_saved(self, saved: SavedPlan) -> None:
        """`apply --plan`; a plan that does not fit any more is refused."""
        self.counts["commands: apply of a saved plan"] += 1
        try:
            apply_saved(self.stage, saved)
        except UsageError:
            self.counts["commands: saved plan refused"] += 1

    async def _lived(self, life: Life, **asked: object) -> Applied | None:
        try:
            applied = await self.stage.applying(life=life, **asked)
        except BaseException as error:
            if not is_death(error):
                raise
            self.counts["commands: apply that died"] += 1
            return None
        self.counts["commands: apply"] += 1
        self._note(applied.planned.plan.findings)
        self._note_results(applied)
        return applied

    # What a person says

    def resolve(self) -> list[str]:
        """Somebody looks at the vendor for every doubt, and says what is true.

        Returns:
            The places.
        """
        return [place for place in sorted(self.doubts) if self._say(place)]

    def _say(self, place: str) -> bool:
        found = self._last_start(place)
        if found is None or self.ledger is None:
            return False
        at, item = found
        begun = [f for f in facts(self.stage) if f.place == place and f.request is not None]
        happened = any(f.submitted >= at - 1e-3 for f in begun)
        kind = WordKind.HAPPENED if happened else WordKind.DID_NOT
        if not happened:
            self.court.denied(place)
        said = Said(self.stage.clock.now(), BERT, "looked")
        self.settled.add(place)
        self.ledger.say([Word(kind, said, item.scope, item.topic, item.address)])
        self.counts[f"words {kind}"] += 1
        return True

    def _last_start(self, place: str) -> tuple[float, IntentItem] | None:
        source, _, name = place.partition("/")
        key = (source_id(self.stage, source), name)
        found = [
            (record.intent.at.timestamp(), item)
            for record in (self.ledger.intents() if self.ledger else ())
            if record.intent.action is Action.START
            for item in record.intent.items
            if (target_of(item.scope), item.topic) == key
        ]
        return found[-1] if found else None

    # What is kept

    def _specs(self) -> str:
        return specs_of(self.wishes, self.pauses, self.lag, **self.limits)

    def _merge(self) -> None:
        self.stage.desired = desired_of(self._specs())
        self.court.wished(self.wishes)

    def _note(self, findings: tuple[Finding, ...]) -> None:
        """A doubt that is gone without anybody's word was resolved by what was seen."""
        for finding in findings:
            place = f"{finding.address.name}/{finding.address.topic}"
            if finding.address.kind is not Kind.SOURCE:
                continue
            if finding.verdict is Verdict.UNKNOWN:
                self._doubt(place)
            elif place in self.doubts and finding.verdict is not Verdict.UNOBSERVED:
                how = "by a person's word" if place in self.settled else "by evidence"
                self._end_doubt(place, how)

    def _note_results(self, applied: Applied) -> None:
        for item in applied.report.items:
            if item.result is Result.UNKNOWN and item.action is Action.START:
                self._doubt(f"{item.address.name}/{item.address.topic}")

    def _doubt(self, place: str) -> None:
        if place not in self.doubts:
            self.doubts.add(place)
            self.counts["doubts"] += 1

    def _end_doubt(self, place: str, how: str) -> None:
        self.doubts.discard(place)
        self.settled.discard(place)
        self.counts[f"doubts ended {how}"] += 1
