"""Several applies on one world and one ledger, each in a process of its own."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.person import PATIENCE, Person, Ran
from tests.e2e.served import KEYS, Served
from tests.soak.killed import SPECS, WANTED_RUNS, WORLD
from tests.support.postgres import PostgresServer

APPLY = ("apply", "--auto-approve", "--format", "json")
ORDERS = ("--select", "Source/orders")
PAUSES = ("--select", "ClusterLink/east/orders.*")
PAUSE = "/kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:pause"
RESUME = PAUSE.replace("pause", "resume")
LINEAGE = "/dashboard/lineage/topics/batch"
SECOND_LOOK = {"effect": "delay", "seconds": 3, "path": f"^{LINEAGE}$", "skip": 1, "times": 1}
FAST = "limits: {requestsPerSecond: 0, burst: 0}"
SLOW = "limits: {requestsPerSecond: 0.25, burst: BURST}"
# Who reads while another starts may see that two answers disagree (`error`); that is never acted on.
MAY_BE = {"ok", "locked", "stale", "unknown", "not_reached", "error"}
REASON = ("--reason", "it hangs")

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Team:
    """People with the same specs and the same ledger.

    Attributes:
        person: Any of them.
        served: Their vendors.
    """

    person: Person
    served: Served

    @contextmanager
    def begun(self, *words: str) -> Iterator[Process]:
        """A command under way; it does not outlive the block, even where it was stopped."""
        process = self.person.begin(*words)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def starts(self) -> dict[tuple[str, str], int]:
        """How many runs each topic ever had."""
        runs = self.served.control("GET", "runs")["runs"]
        assert isinstance(runs, list)
        return dict(Counter((run["source_name"], topic) for run in runs for topic in run["topics"]))

    def sent(self, path: str) -> list[str]:
        """The mirror topics that requests to a path named, one after the other."""
        bodies = [r["body"] for r in self.served.requests() if r["path"] == path]
        return sorted(name for body in bodies for name in _names(body))

    def looks(self) -> int:
        """How often the state of snapshots was asked for."""
        return sum(r["path"] == LINEAGE for r in self.served.requests())


def _names(body: object) -> Sequence[str]:
    assert isinstance(body, dict)
    return body["mirror_topic_names"]


@pytest.fixture
def team(served: Served, tmp_path: Path) -> Team:
    """A world in which time goes on, and people with one ledger file.

    With the specs in `slow`, a pause or a start waits some seconds for its turn, with its leases.
    """
    served.reset(WORLD.replace("QUIRKS", "{}"))
    person = Person(tmp_path, dict(KEYS))
    specs = SPECS.replace("URL", served.url)
    person.write("specs/all.yaml", specs)
    person.write("slow/pauses/all.yaml", specs.replace(FAST, SLOW.replace("BURST", "2")))
    person.write("slow/starts/all.yaml", specs.replace(FAST, SLOW.replace("BURST", "7")))
    return Team(person, served)


def ended(process: Process) -> Ran:
    """What a command left."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ran(process.returncode, out.decode(), err.decode())


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def heard(process: Process, text: str) -> None:
    """Read what a command tells on stderr up to a text."""
    assert process.stderr is not None
    told = b""
    while text.encode() not in told:
        line = process.stderr.readline()
        assert line, told.decode()
        told += line


def pause(process: Process) -> None:
    """Stop a process where it stands."""
    os.kill(process.pid, signal.SIGSTOP)


def go_on(process: Process) -> None:
    """Let it go on."""
    os.kill(process.pid, signal.SIGCONT)


def results(ran: Ran) -> set[str]:
    """The words for what was planned."""
    items = ran.json["items"]
    assert isinstance(items, list)
    return {str(item["result"]) for item in items}


@pytest.mark.parametrize("count", [2, 8])
def test_applies_at_once_start_nothing_twice_and_reach_what_is_wanted_together(
    count: int, team: Team
) -> None:
    _all_at_once(count, team)


def test_applies_at_once_may_meet_in_a_database(team: Team, postgres: PostgresServer) -> None:
    team.person.environment["RECONCILER_LEDGER"] = postgres.new_schema()
    _all_at_once(3, team)


def _all_at_once(count: int, team: Team) -> None:
    processes = [team.person.begin(*APPLY) for _ in range(count)]
    ran = [ended(process) for process in processes]
    last = team.person.run(*APPLY, "--wait", "settled")

    told = [one.json["outcomes"] for one in ran]
    assert {word for words in told for word in words} <= MAY_BE, ran
    assert (last.code, team.starts()) == (0, WANTED_RUNS)
    sent = (team.sent(PAUSE), team.sent(RESUME))
    assert sent == (["orders.created", "orders.shipped"], ["stock.levels"]), (
        ran,
        team.served.requests(),
    )


def test_what_another_apply_holds_is_left_out_or_waited_for(team: Team) -> None:
    """It holds its source from before its second look until its call was answered."""
    team.served.faults(SECOND_LOOK)
    with team.begun(*APPLY, *ORDERS) as first:
        until(lambda: team.looks() == 2)
        pause(first)
        refused = team.person.run(*APPLY, *ORDERS)
        with team.begun(*APPLY, *ORDERS, "--wait-lease", "60s") as patient:
            heard(patient, "Waiting: streamkap: waiting for another apply")
            go_on(first)
            done, waited = ended(first), ended(patient)

    assert (refused.code, results(refused)) == (7, {"locked"})
    assert (done.code, results(done)) == (0, {"started"})
    assert (waited.code, results(waited)) == (0, {"done"})
    assert set(team.starts().values()) == {1}


def test_a_pause_is_not_sent_by_who_lost_the_lease_while_it_slept(team: Team) -> None:
    with team.begun(*APPLY, "slow/pauses", *PAUSES) as sleeper:
        until(lambda: bool(_leases(team)))
        pause(sleeper)
        _break_all(team)
        other = team.person.run(*APPLY, "specs", *PAUSES)
        go_on(sleeper)
        woken = ended(sleeper)

    assert (other.code, woken.code, results(woken)) == (0, 7, {"locked"})
    assert team.sent(PAUSE) == ["orders.created", "orders.shipped"]


def test_a_start_is_not_sent_by_who_lost_the_lease_while_it_slept(team: Team) -> None:
    """It never came to the door: its call is in no ledger, and no doubt holds the other one up."""
    with team.begun(*APPLY, "slow/starts", *ORDERS) as sleeper:
        until(lambda: bool(_leases(team)))
        pause(sleeper)
        _break_all(team)
        other = team.person.run(*APPLY, "specs", *ORDERS)
        go_on(sleeper)
        woken = ended(sleeper)

    assert (other.code, woken.code, results(woken)) == (0, 7, {"locked"})
    assert team.starts() == {("orders", "public.items"): 1, ("orders", "public.orders"): 1}


def _leases(team: Team) -> list[dict[str, str]]:
    held = team.person.run("ledger", "leases", "--format", "json").json["leases"]
    assert isinstance(held, list)
    return held


def _break_all(team: Team) -> None:
    held = _leases(team)
    assert held
    for lease in held:
        assert team.person.run("ledger", "break", "--scope", lease["scope"], *REASON).code == 0
