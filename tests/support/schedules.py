"""Stories that chance writes: a seed is a world, what people do in it, and what goes wrong.

    story = play(seed=7)
    story.doubled, story.lost     # both empty, or the tool broke its promise

The vendor's odd ways stay the same through a story, but for how it shows runs: that may change.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from reconciler.core.settled import Wait
from reconciler.engine.events import Event
from reconciler.engine.halting import Halt
from reconciler.model.saved import SavedPlan
from reconciler.sandbox.quirks import VALUES
from tests.support.chances import (
    FREEZES,
    NAPS,
    SHOWING,
    estate_of,
    fault_of,
    quirks_of,
    wish_of,
)
from tests.support.ending import ends, lost, settle
from tests.support.estate import Estate
from tests.support.mortal import Life
from tests.support.truth import facts
from tests.support.wishes import MIRROR_WISHES, Wish


@dataclass
class Story:
    """How a schedule went.

    Attributes:
        seed: What wrote it.
        steps: What happened, in words.
        doubled: Laws that were broken, in sentences.
        lost: Levels that neither hold nor are told.
        counts: What happened how often.
        quirks: The vendor's odd ways.
    """

    seed: int
    steps: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    quirks: dict[str, str] = field(default_factory=dict)


class Teller:
    """Writes one story, step by step."""

    def __init__(self, chance: Random, estate: Estate, story: Story) -> None:
        self._chance = chance
        self._estate = estate
        self._story = story
        self._saved: SavedPlan | None = None

    def step(self) -> None:
        """Let something happen, and hold it to the laws."""
        acts = {
            self._apply: 5,
            self._crash: 6,
            self._interrupt: 1,
            self._think: 1,
            self._apply_twice: 5,
            self._apply_again: 1,
            self._save: 1,
            self._apply_saved: 2 * (self._saved is not None),
            self._wish: 3,
            self._by_hand: 3,
            self._resolve: 1,
            self._turn: 1,
        }
        act: Callable[[], object] = self._chance.choices(list(acts), list(acts.values()))[0]
        if act not in (self._by_hand, self._wish, self._resolve, self._turn, self._think):
            self._spoil()
        self._tell(act.__name__.strip("_"))
        act()
        self._count_faults()
        self._estate.court.hold()
        nap = self._chance.choice(NAPS)
        self._tell(f"pass {nap:g} s")
        self._estate.pass_time(nap)

    def _tell(self, text: str) -> None:
        self._story.steps.append(text)

    def _spoil(self) -> None:
        faults = [fault_of(self._chance) for _ in range(self._chance.choice([0, 0, 1, 2]))]
        self._estate.stage.fail(*faults)
        for fault in faults:
            self._tell(f"fault {fault}")
        if self._chance.random() < 0.1:
            delay = self._chance.choice([10.0, 300.0, 2000.0])
            self._estate.stage.road.jam(delay)
            self._tell(f"the next write is {delay:g} s late")
        elif self._chance.random() < 0.1:
            status = self._chance.choice([408, 500, 502, 504])
            self._estate.stage.road.swap(status)
            self._tell(f"the next write happens, and is answered {status}")

    def _count_faults(self) -> None:
        stage = self._estate.stage
        hits = Counter({rule.effect: rule.hits for rule in stage.sandbox._state.rules})
        for effect, times in (hits + stage.road.hits).items():
            self._story.counts[f"fault {effect}"] += times
        stage.road.hits.clear()
        stage.road.clear()
        stage.fail()

    def _place(self) -> str:
        return self._chance.choice(sorted(self._estate.wishes))

    # What commands do

    def _apply(self) -> None:
        chance = self._chance
        asked = {
            "allow": chance.random() < 0.9,
            "wait": chance.choice([None, None, *Wait]),
            "within": chance.choice([600.0, 600.0, 60.0, 3.0]),
        }
        self._tell(str(asked))
        self._estate.apply(**asked)

    def _interrupt(self) -> None:
        """Ctrl-C, and again where patience is short."""
        first, second = self._chance.randint(1, 12), self._chance.choice([0, 1, 99])
        events: list[Event] = []

        def on_event(event: Event, halt: Halt) -> None:
            events.append(event)
            if len(events) == first:
                halt.asked.set()
            if len(events) == first + second:
                halt.scope.cancel()

        self._tell(f"at event {first}, and {second} later")
        self._estate.apply(on_event=on_event)

    def _think(self) -> None:
        """A person reads the plan for a while, and somebody else does something meanwhile."""
        place, is_start = self._place(), self._chance.random() < 0.7
        nap = self._chance.choice([61.0, 400.0])

        async def between(halt: Halt) -> None:
            await self._estate.meanwhile(place, is_start=is_start)
            await halt.clock.sleep(nap)

        self._tell(f"{place} is {'started' if is_start else 'stopped'}, {nap:g} s")
        self._estate.apply(between=between)

    def _crash(self) -> None:
        life = Life(ends_at=self._chance.randint(1, 35))
        self._estate.apply(life)
        self._tell(f"at {''.join(life.moments[-1:])}, number {len(life.moments)}")

    def _apply_twice(self) -> None:
        chance = self._chance
        at = chance.randint(1, 20)
        deaths = [chance.choice([None, None, None, chance.randint(1, 35)]) for _ in range(2)]
        naps = {at: chance.choice(FREEZES)}
        patience = chance.choice([0.0, 0.0, 500.0])
        self._tell(f"second at {at}, deaths {deaths}, naps {naps}, {patience:g} s for leases")
        lives = Life(deaths[0], naps=naps), Life(deaths[1])
        self._estate.apply_twice(*lives, at, wait_lease=patience)

    def _apply_again(self) -> None:
        self._estate.apply_again(self._place())

    def _save(self) -> None:
        self._saved = self._estate.save()

    def _apply_saved(self) -> None:
        if self._saved is not None:
            self._estate.apply_saved(self._saved)

    # What people do

    def _wish(self) -> None:
        chance, estate = self._chance, self._estate
        if estate.pauses and chance.random() < 0.3:
            place = chance.choice(sorted(estate.pauses))
            estate.wish_mirror(place, chance.choice([*MIRROR_WISHES, ""]))
            return
        place = self._place()
        passed = estate.stage.clock.now() - Wish().since
        raised = chance.choice([timedelta(), passed, passed - timedelta(minutes=2)])
        before = estate.wishes[place]
        wish = wish_of(chance, raised)
        if chance.random() < 0.5:
            wish = replace(before, since=Wish().since + raised)
        self._tell(f"{place}: {wish}")
        estate.wish(place, wish)

    def _by_hand(self) -> None:
        chance, estate = self._chance, self._estate
        if estate.pauses and chance.random() < 0.4:
            place, verb = chance.choice(sorted(estate.pauses)), chance.choice(["pause", "resume"])
            self._tell(f"{verb} {place}")
            estate.hand_mirror(place, verb)
        elif chance.random() < 0.5:
            place = self._place()
            self._tell(f"start {place}")
            estate.hand_start(place)
        else:
            place = self._place()
            self._tell(f"stop the source of {place}")
            estate.hand_stop(place)

    def _turn(self) -> None:
        """The vendor shows runs in another way from now on."""
        name = self._chance.choice(SHOWING)
        chosen = {name: self._chance.choice(VALUES[name])}
        self._tell(str(chosen))
        self._estate.stage.quirks(**chosen)

    def _resolve(self) -> None:
        self._tell(str(self._estate.resolve()))


def play(seed: int, length: Sequence[int] = (3, 4, 5, 6, 8)) -> Story:
    """Write a story and see how it ends.

    Args:
        seed: The same seed is the same story.
        length: How many steps it may have.
    """
    chance = Random(seed)
    estate = estate_of(chance)
    story = Story(seed, quirks=quirks_of(chance))
    try:
        estate.stage.quirks(**story.quirks)
        teller = Teller(chance, estate, story)
        for _ in range(chance.choice(length)):
            teller.step()
        _end(estate, story)
    finally:
        estate.close()
    return story


def _end(estate: Estate, story: Story) -> None:
    """Patience, then a person's word for every doubt that is left, and patience again."""
    story.lost = lost(estate, settle(estate))
    for _ in range(3):
        if not estate.resolve():
            break
        story.lost += lost(estate, settle(estate))
    story.doubled = estate.court.verdict
    counts = story.counts
    counts.update(estate.counts)
    counts["doubts left"] += len(estate.doubts)
    counts["starts of ours"] += sum(1 for f in facts(estate.stage) if f.request is not None)
    counts["starts that came after a person denied them"] += len(estate.court.late)
    counts["runs that a stop hit unseen"] += len(estate.court.unseen)
    counts.update(f"end {verdict}" for verdict in ends(estate))
    counts.update(f"quirk {name}={value}" for name, value in story.quirks.items())
