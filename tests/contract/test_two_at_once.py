"""Two applies at once share one ledger."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconciler.core import outcomes
from reconciler.ledger.protocol import Ledger
from reconciler.model.change import Action
from reconciler.model.journal import Actor, Lease, Said, Taken
from reconciler.model.outcome import Outcome, Reply, Result
from reconciler.records import replace
from tests.contract.remembering import LINK_SPECS, crm, west
from tests.support.ledgers import intend, intent, item
from tests.support.loop import START
from tests.support.rich import TIMING, connections, link, mirror, mirrors, paused, world
from tests.support.stage import Stage, source_id


def test_what_another_apply_holds_is_left_out(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    ledger.take([scope], "somebody", START, START + timedelta(hours=1))
    applied = stage.apply()

    assert applied.results == {"west/a": Result.LOCKED}
    assert applied.of("a").message.startswith("another apply (somebody), which may write there")
    assert outcomes.of_apply(applied.planned.plan, applied.report) == (Outcome.LOCKED,)
    assert stage.writes() == []
    assert [lease.owner for lease in ledger.leases()] == ["somebody"]


def test_whoever_waits_for_the_lease_goes_on_when_it_is_free(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    ledger.take([scope], "somebody", START, START + timedelta(seconds=30))
    applied = stage.apply(wait_lease=60)

    assert applied.results == {"west/a": Result.SETTLED}
    assert stage.clock.now() >= START + timedelta(seconds=30)


class Watched:
    """A ledger that tells, each time leases are asked for, which of the others are over by then."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.asked = 0
        self.over: list[Lease] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def take(self, scopes: Sequence[str], owner: str, now: datetime, until: datetime) -> Taken:
        """Take leases as ever."""
        self.asked += 1
        self.over += [x for x in self._ledger.leases() if x.owner == owner and x.expires <= now]
        return self._ledger.take(scopes, owner, now, until)


def test_what_was_granted_lasts_on_while_the_rest_is_waited_for(ledger: Ledger):
    specs = connections().replace("sandbox, lag: 5s}", "sandbox, LIMITS}")
    specs = specs.replace("LIMITS", "limits: {writeTimeout: 10s}")
    specs += mirrors("east", paused("b")) + mirrors("west", paused("a"))
    watched = Watched(ledger)
    links = (link("west", mirror("a")), link("east", mirror("b")))
    stage = Stage(world(*links), specs, ledger=watched)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    ledger.take([scope], "somebody", START, START + timedelta(minutes=10))
    applied = stage.apply(wait_lease=900, timeout=2000)

    assert set(applied.results.values()) == {Result.SETTLED}
    assert watched.asked > 300
    assert watched.over == []


def test_a_start_that_another_apply_made_meanwhile_is_not_made_twice(ledger: Ledger):
    stage = crm(ledger)
    scope = stage.memory(may_write=True).scope("kap", source_id(stage, "crm"))
    other = intent("other", 0, item("crm.x", scope))

    async def meanwhile(_halt: object) -> None:
        intend(ledger, replace(other, at=stage.clock.now()))

    applied = stage.apply(between=meanwhile)

    assert applied.results == {"crm/crm.x": Result.STALE}
    assert applied.of("crm.x").message == (
        "a start was asked for 2026-11-22T12:00:00Z, and may still show up"
    )
    assert stage.writes() == []


class Frozen:
    """A ledger in which somebody else takes a scope right before the call is written down."""

    def __init__(self, ledger: Ledger, scope: str) -> None:
        self._ledger = ledger
        self._scope = scope

    def __getattr__(self, name: str) -> object:
        if name == "depart":
            taken_away(self._ledger, self._scope)
        return getattr(self._ledger, name)


def taken_away(ledger: Ledger, scope: str) -> None:
    """Somebody breaks a lease and takes it."""
    ledger.break_(scope, Said(START, Actor("bert"), "it hangs"))
    ledger.take([scope], "bert", START, START + timedelta(hours=1))


def test_a_lease_that_was_taken_before_the_call_keeps_it_back(ledger: Ledger):
    scope = west(ledger).memory(may_write=True).scope("con", "lkc-1/west")
    stage = west(Frozen(ledger, scope))
    applied = stage.apply()

    assert applied.results == {"west/a": Result.LOCKED}
    assert "took the lease" in applied.of("a").message
    assert stage.writes() == []
    assert ledger.intents() == ()


def test_a_lease_that_was_taken_between_two_attempts_keeps_the_second_back(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    stage.fail({"effect": "status", "status": 429, "path": "mirrors:pause"})

    async def frozen(_method: str, path: str) -> None:
        if path.endswith(":pause"):
            taken_away(ledger, scope)

    stage.after = frozen
    applied = stage.apply()

    assert applied.results == {"west/a": Result.LOCKED}
    assert len(stage.writes()) == 1
    assert [a.reply for a in ledger.intents()[0].answers] == [Reply.NOT_SENT]


def test_a_pause_that_another_apply_made_while_this_one_read_is_not_made_twice(ledger: Ledger):
    """Its intent is in the ledger that was read after the vendor, so it is known and not new."""
    at_once = world(link("west", mirror("a")), timing=TIMING | {"mirror": "0s"})
    stage = Stage(at_once, LINK_SPECS, ledger=ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    other = intent("other", 0, item("a", scope), action=Action.PAUSE)

    async def meanwhile(_method: str, path: str) -> None:
        if path.endswith("/mirrors") and not ledger.intents():
            intend(ledger, replace(other, at=stage.clock.now()))
            await stage.by_hand("POST", f"{path}:pause", {"mirror_topic_names": ["a"]})

    stage.after = meanwhile
    applied = stage.apply()

    assert applied.results == {"west/a": Result.DONE}
    assert stage.writes() == []
