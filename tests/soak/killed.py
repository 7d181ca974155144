"""Kill `apply` at moments that nobody chose, apply again until it is quiet, and count the runs.

    python tests/soak/killed.py --times 200

Each time: a world of its own behind a port, one ledger, one to three applies that are killed with
SIGKILL, then applies until nothing is left to do. Somebody who knows that the killed are dead frees
their leases. What is `unknown` is first left to the vendor's evidence; what stays so must have no run
there, and is ended by a word. In the end every wanted topic has exactly one run, and every mirror is
as wanted. Exit 0 if that was so each time, 1 and the seed if it was not.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from reconciler.ledger.opening import open_ledger  # noqa: E402 - as a script it first has to be found
from reconciler.model.journal import Actor, Said  # noqa: E402 - the same
from tests.e2e.person import STRANGERS, Ran  # noqa: E402 - the same
from tests.e2e.served import KEYS, Served, serving  # noqa: E402 - the same
from tests.soak.forked import Forked, fork, warm_up  # noqa: E402 - the same
from tests.support.postgres import PostgresServer  # noqa: E402 - the same

MOST_ROUNDS = 15
APPLY = ("apply", "--auto-approve", "--allow", "disruptive", "--format", "json")
PATIENT = ("--wait", "settled", "--timeout", "5s")
PUBLISHED_LATE = 30
REASON = ("--reason", "its process was killed")

WORLD = """
timing: {pending: 100ms, rows_per_second: 1000000, restart: 0s, mirror: 0s, token: 1h}
quirks: QUIRKS
streamkap:
  service_id: 65f0c1d2e3f4a5b6c7d8e9f0
  credentials: [{clientId: demo, secret: demo}]
  sources:
    - id: 67ad6e0af08a2365c729ba79
      name: orders
      connector: postgresql
      status: Active
      topics:
        - {name: public.orders, rows: 300000, keyed: true}
        - {name: public.items, rows: 200000, keyed: true}
    - id: 67ad6e0af08a2365c729ba80
      name: customers
      connector: mysql
      status: Active
      topics:
        - {name: crm.customers, rows: 100000, keyed: true}
        - {name: crm.addresses, rows: 100000, keyed: true}
    - id: 67ad6e0af08a2365c729ba81
      name: stock
      connector: postgresql
      status: Active
      topics:
        - {name: stock.levels, rows: 100000, keyed: true}
confluent:
  credentials: [{key: demo, secret: demo}]
  clusters:
    - id: lkc-abc123
      links:
        - name: east-to-west
          state: ACTIVE
          mirrors:
            - {topic: orders.created, status: ACTIVE, partitions: 6}
            - {topic: orders.shipped, status: ACTIVE, partitions: 6}
            - {topic: stock.levels, status: PAUSED, partitions: 6}
"""
SPECS = """
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: streamkap}
spec:
  provider: streamkap
  endpoint: URL
  lag: 100ms
  auth: {clientId: {env: VENDOR_NAME}, clientSecret: {env: VENDOR_SECRET}}
  limits: {requestsPerSecond: 0, burst: 0}
---
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: confluent}
spec:
  provider: confluent
  endpoint: URL
  lag: 100ms
  auth: {apiKey: {env: VENDOR_NAME}, apiSecret: {env: VENDOR_SECRET}}
  limits: {requestsPerSecond: 0, burst: 0}
---
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata: {name: orders}
spec:
  connection: streamkap
  source: orders
  snapshots: [{topics: ["public.*"], state: completed, since: 2020-01-01T00:00:00Z, filter: "id > 7"}]
---
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata: {name: customers}
spec:
  connection: streamkap
  source: customers
  snapshots: [{topics: ["crm.*"], state: completed, since: 2020-01-01T00:00:00Z}]
---
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata: {name: stock}
spec:
  connection: streamkap
  source: stock
  snapshots: [{topics: [stock.levels], state: completed, since: 2020-01-01T00:00:00Z}]
---
apiVersion: reconciler.dev/v1alpha1
kind: ClusterLink
metadata: {name: east}
spec:
  connection: confluent
  clusterId: lkc-abc123
  link: east-to-west
  mirrors:
    - {topics: ["orders.*"], state: paused, until: 2099-01-01T00:00:00Z, reason: test}
    - {topics: ["*"], state: active}
"""
WANTED_RUNS = {
    ("orders", "public.orders"): 1,
    ("orders", "public.items"): 1,
    ("customers", "crm.customers"): 1,
    ("customers", "crm.addresses"): 1,
    ("stock", "stock.levels"): 1,
}
WANTED_MIRRORS = {
    "orders.created": "PAUSED",
    "orders.shipped": "PAUSED",
    "stock.levels": "ACTIVE",
}
START = "^/(sources/snapshot|topics/bulk/snapshot)$"
LOST = {"effect": "drop_after", "method": "POST", "path": START, "times": 1}


class WentWrongError(Exception):
    """A law was broken."""


@dataclass(slots=True)
class Tally:
    """What happened over all times.

    Attributes:
        kills: Applies that were alive when they were killed.
        sent: Of these, those that had said that they were sending.
        unknown: Topics that needed a word.
        shown: Times in which evidence alone ended a doubt.
    """

    kills: int = 0
    sent: int = 0
    unknown: int = 0
    shown: int = 0


@dataclass(slots=True)
class Scene:
    """One time: a world, a ledger, and a folder.

    Attributes:
        served: The sandbox.
        folder: The specs are in it.
        ledger: Path or URL.
        rng: Chooses everything that is left to chance.
        tally: What happened.
        is_late: Whether the vendor shows runs late.
    """

    served: Served
    folder: Path
    ledger: str
    rng: random.Random
    tally: Tally
    is_late: bool = False
    _begun: int = field(default=0)

    def prepare(self) -> None:
        """Begin a world, and write the specs for it."""
        self.is_late = self.rng.random() < 0.5
        quirks = {
            "publish_lag": f"{PUBLISHED_LATE}s" if self.is_late else "0",
            "pending_listed": self.rng.choice(["yes", "no"]),
            "conflict_on": self.rng.choice(["running", "overlap", "never"]),
            "history_depth": self.rng.choice(["1", "all"]),
        }
        self.served.reset(WORLD.replace("QUIRKS", json.dumps(quirks)))
        if self.rng.random() < 0.3:
            self.served.faults(LOST)
        self.folder.mkdir(parents=True)
        (self.folder / "specs").mkdir()
        text = SPECS.replace("URL", self.served.url)
        (self.folder / "specs/all.yaml").write_text(text, encoding="utf-8")

    def begin(self, *words: str) -> Forked:
        """Begin a command."""
        self._begun += 1
        env = {
            name: value
            for name, value in os.environ.items()
            if name not in STRANGERS and not name.lower().endswith("_proxy")
        }
        env |= KEYS | {"RECONCILER_LEDGER": self.ledger, "RECONCILER_ACTOR": "soak"}
        return fork(words, self.folder, self.folder / f"streams/{self._begun}", env)

    def run(self, *words: str) -> Ran:
        """Run a command to its end."""
        return self.begin(*words).end()

    def kill_one(self) -> None:
        """Begin an apply and kill it somewhere."""
        process = self.begin(*APPLY, *(PATIENT if self.rng.random() < 0.5 else ()))
        if self.rng.random() < 0.6:
            process.until(lambda: "Sending: " in process.told, 10.0)
            pause = self.rng.uniform(0, 0.05)
        else:
            pause = self.rng.uniform(0, 1.0)
        process.until(lambda: False, pause)
        if process.kill():
            self.tally.kills += 1
            self.tally.sent += "Sending: " in process.told

    def free_leases(self) -> None:
        """Whoever held them is dead: a person knows, the ledger does not."""
        if self.ledger == "none" or not self._begun:
            return
        said = Said(wall_time(), Actor("soak"), "its process was killed")
        with closing(open_ledger(self.ledger, read_only=False)) as ledger:
            for lease in ledger.leases():
                ledger.break_(lease.scope, said)

    def until_quiet(self) -> None:
        """Apply until nothing is left to do."""
        for _ in range(MOST_ROUNDS):
            ran = self.run(*APPLY, *(() if self.is_late else PATIENT))
            if ran.code not in {0, 6, 7, 8, 10}:
                raise WentWrongError(f"exit {ran.code}: {ran.out}{ran.err}")
            if is_quiet(ran):
                return
            if self.is_late:
                self.served.control("PUT", "clock", {"advance": f"{PUBLISHED_LATE + 1}s"})
            if ran.code == 7:
                self.free_leases()
            elif ran.code == 10:
                self.end_doubt()
        raise WentWrongError(f"it is never quiet: {self.run('status').out}")

    def end_doubt(self) -> None:
        """Let the vendor show what it has; what is unknown after that never ran, and a person says so."""
        time.sleep(0.1)
        found = self.run("plan", "--format", "json").json["resources"]
        assert isinstance(found, list)
        unknown = [str(f["address"]) for f in found if f["verdict"] == "unknown"]
        self.tally.shown += not unknown
        ran_already = {f"Source/{source}/{topic}" for source, topic in self.runs()}
        if ran_already & set(unknown):
            raise WentWrongError(f"there is a run, and it is unknown: {ran_already & set(unknown)}")
        for address in unknown:
            _expect(self.run("ledger", "resolve", address, "--did-not-happen", *REASON), 0)
        self.tally.unknown += len(unknown)

    def runs(self) -> Counter[tuple[str, str]]:
        """How many runs each topic ever had."""
        found = self.served.control("GET", "runs")["runs"]
        assert isinstance(found, list)
        return Counter((run["source_name"], topic) for run in found for topic in run["topics"])

    def mirrors(self) -> dict[str, str]:
        """The state of every mirror, or the one that it is on its way to."""
        confluent = self.served.control("GET", "world")["confluent"]
        assert isinstance(confluent, dict)
        link = confluent["clusters"][0]["links"][0]
        return {m["topic"]: [m, *m.get("then", ())][-1]["status"] for m in link["mirrors"]}

    def check(self) -> None:
        """The law."""
        runs, mirrors = dict(self.runs()), self.mirrors()
        if runs != WANTED_RUNS:
            raise WentWrongError(f"runs: {runs}")
        if mirrors != WANTED_MIRRORS:
            raise WentWrongError(f"mirrors: {mirrors}")


def is_quiet(applied: Ran) -> bool:
    """Whether an apply found everything as wanted."""
    summary = applied.json["summary"]
    assert isinstance(summary, dict)
    return {word for word, count in summary["plan"].items() if count} == {"in_sync"}


def wall_time() -> datetime:
    """Now."""
    return datetime.fromtimestamp(time.time_ns() / 1e9, UTC)


def _expect(ran: Ran, code: int) -> None:
    if ran.code != code:
        raise WentWrongError(f"exit {ran.code} instead of {code}: {ran.out}{ran.err}")


def play(scene: Scene) -> None:
    """One time."""
    scene.prepare()
    for _ in range(scene.rng.randint(1, 3)):
        scene.kill_one()
        if scene.rng.random() < 0.7:
            scene.free_leases()
    scene.until_quiet()
    scene.check()


@contextmanager
def ledgers(kind: str, home: Path) -> Iterator[Iterator[str]]:
    """New ledgers, without end."""
    if kind != "postgres":
        yield (
            kind if kind == "none" else str(home / f"ledger-{number}.db")
            for number in range(sys.maxsize)
        )
        return
    with PostgresServer() as server:
        yield iter(server.new_schema, "")


def soak(kind: str, times: int, seed: int) -> str:
    """Play many times on one kind of ledger.

    Returns:
        What to tell.

    Raises:
        WentWrongError: A law was broken.
    """
    home = Path(tempfile.mkdtemp(prefix="reconciler-killed-"))
    tally = Tally()
    with ledgers(kind, home) as places, serving(home / "served") as served:
        for number in range(times):
            rng = random.Random(f"{seed}-{number}")
            scene = Scene(served, home / str(number), next(places), rng, tally)
            try:
                play(scene)
            except WentWrongError as error:
                raise WentWrongError(
                    f"{kind}, seed {seed}, time {number} in {home}: {error}"
                ) from error
            shutil.rmtree(scene.folder)
    shutil.rmtree(home)
    return (
        f"{kind}: {times} times, {tally.kills} applies killed ({tally.sent} after they began to "
        f"send), {tally.shown} doubts ended by evidence, {tally.unknown} topics by a word; no "
        "topic was started twice\n"
    )


def main() -> int:
    """The command line; the exit code."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--times", type=int, default=10, help="on each ledger")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--ledger", choices=["sqlite", "postgres", "both", "none"], default="both")
    asked = given.parse_args()
    warm_up()
    for kind in ("sqlite", "postgres") if asked.ledger == "both" else (asked.ledger,):
        try:
            sys.stdout.write(soak(kind, asked.times, asked.seed))
        except WentWrongError as error:
            sys.stdout.write(f"{error}\n")
            return 1
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
