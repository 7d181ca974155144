"""Anything may happen, in any order: the laws hold after every step, and the story ends well.

Hypothesis writes the stories here and makes those that break a law shorter; `make soak` writes many
more of them from seeds.
"""

import os
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from reconciler.model.address import Kind
from reconciler.model.change import Action
from reconciler.model.saved import SavedPlan
from tests.support.chances import FREEZES, NAPS, estate_of, fault_of, quirks_of, wish_of
from tests.support.ending import lost, settle
from tests.support.estate import Estate
from tests.support.mortal import Life
from tests.support.truth import facts
from tests.support.wishes import MIRROR_WISHES

IS_LARGE = os.environ.get("HYPOTHESIS_PROFILE") == "large"
CHANCE = st.randoms(use_true_random=False)
MOMENTS = st.integers(1, 35)


def wanted_starts(estate: Estate) -> set[str]:
    """Topics that a plan would start, before any gate."""
    findings = estate.stage.plan().plan.findings
    return {
        f"{f.address.name}/{f.address.topic}"
        for f in findings
        if f.action is Action.START and f.address.kind is Kind.SOURCE
    }


class Stories(RuleBasedStateMachine):
    """One estate and everything that may happen to it."""

    estate: Estate
    saved: SavedPlan | None = None

    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        """A world, specs, and a vendor with odd ways."""
        self.estate = estate_of(chance)
        self.quirks = quirks_of(chance)
        self.estate.stage.quirks(**self.quirks)

    def teardown(self) -> None:
        if not hasattr(self, "estate"):
            return
        try:
            told = settle(self.estate)
            assert lost(self.estate, told) == []
            assert self.estate.court.verdict == []
        finally:
            self.estate.close()

    # People

    @rule(chance=CHANCE, is_raised=st.booleans())
    def wish(self, chance: Random, is_raised: bool) -> None:
        place = chance.choice(sorted(self.estate.wishes))
        passed = self.estate.stage.clock.now() - self.estate.wishes[place].since
        self.estate.wish(place, wish_of(chance, passed if is_raised else timedelta()))

    @precondition(lambda self: self.estate.pauses)
    @rule(data=st.data(), word=st.sampled_from([*MIRROR_WISHES, ""]))
    def wish_mirror(self, data: st.DataObject, word: str) -> None:
        self.estate.wish_mirror(data.draw(st.sampled_from(sorted(self.estate.pauses))), word)

    @rule(data=st.data())
    def start_by_hand(self, data: st.DataObject) -> None:
        self.estate.stage.fail()
        self.estate.hand_start(data.draw(st.sampled_from(sorted(self.estate.wishes))))

    @rule(data=st.data())
    def stop_by_hand(self, data: st.DataObject) -> None:
        self.estate.stage.fail()
        self.estate.hand_stop(data.draw(st.sampled_from(sorted(self.estate.wishes))))

    @precondition(lambda self: self.estate.pauses)
    @rule(data=st.data(), verb=st.sampled_from(["pause", "resume"]))
    def turn_by_hand(self, data: st.DataObject, verb: str) -> None:
        self.estate.stage.fail()
        self.estate.hand_mirror(data.draw(st.sampled_from(sorted(self.estate.pauses))), verb)

    @rule()
    def say_what_became_of_doubts(self) -> None:
        self.estate.resolve()

    # What goes wrong

    @rule(chance=CHANCE)
    def fail(self, chance: Random) -> None:
        self.estate.stage.fail(fault_of(chance), fault_of(chance))

    @rule(seconds=st.sampled_from([10.0, 300.0, 2000.0]))
    def hold_up_a_write(self, seconds: float) -> None:
        self.estate.stage.road.jam(seconds)

    @rule(status=st.sampled_from([408, 500, 502, 504]))
    def swap_an_answer(self, status: int) -> None:
        self.estate.stage.road.swap(status)

    @rule(seconds=st.sampled_from(NAPS))
    def pass_time(self, seconds: float) -> None:
        self.estate.pass_time(seconds)

    # Commands

    @rule()
    def apply(self) -> None:
        self.estate.apply()

    @rule(at=MOMENTS)
    def apply_and_die(self, at: int) -> None:
        self.estate.apply(Life(ends_at=at))

    @rule(
        at=MOMENTS,
        freeze=st.sampled_from(FREEZES),
        deaths=st.tuples(st.none() | MOMENTS, st.none() | MOMENTS),
    )
    def apply_twice_at_once(
        self, at: int, freeze: float, deaths: tuple[int | None, int | None]
    ) -> None:
        first = Life(deaths[0], naps={at: freeze})
        self.estate.apply_twice(first, Life(deaths[1]), at)

    @rule(data=st.data())
    def apply_with_a_word(self, data: st.DataObject) -> None:
        self.estate.apply_again(data.draw(st.sampled_from(sorted(self.estate.wishes))))

    @rule()
    def save(self) -> None:
        self.saved = self.estate.save()

    @precondition(lambda self: self.saved is not None)
    @rule()
    def apply_saved(self) -> None:
        assert self.saved is not None
        self.estate.apply_saved(self.saved)

    @rule()
    def plan(self) -> None:
        """Planning writes nothing, and says the same twice."""
        self.estate.stage.fail()
        assert self.estate.ledger is not None
        before = (self.estate.ledger.export(), self.estate.stage.writes())
        first, second = self.estate.plan().plan, self.estate.plan().plan

        assert (first.approval, first.findings) == (second.approval, second.findings)
        assert (self.estate.ledger.export(), self.estate.stage.writes()) == before

    @rule()
    def plan_without_the_ledger(self) -> None:
        """A ledger only takes starts away, but for what only a ledger permits."""
        stage = self.estate.stage
        stage.fail()
        with_ledger = wanted_starts(self.estate)
        stage.ledger, kept = None, stage.ledger
        try:
            without = wanted_starts(self.estate)
        finally:
            stage.ledger = kept

        assert with_ledger - self._permitted() <= without

    def _permitted(self) -> set[str]:
        """Retries, runs that a stop of ours ended, and undated runs."""
        retried = {place for place, wish in self.estate.wishes.items() if wish.retries}
        stopped = {f.place for f in facts(self.estate.stage) if f.cancelled is not None}
        undated = self.quirks.get("run_times") == "null"
        return set(self.estate.wishes) if undated else retried | stopped

    @invariant()
    def the_laws_hold(self) -> None:
        if hasattr(self, "estate"):
            self.estate.court.hold()
            assert self.estate.court.verdict == []


TestStories = Stories.TestCase
TestStories.settings = settings(
    max_examples=500 if IS_LARGE else 20,
    stateful_step_count=30 if IS_LARGE else 8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
