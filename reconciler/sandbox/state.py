"""Everything one sandbox holds, and how it gets to disk and back."""

import random
from collections.abc import Callable, Mapping

from reconciler.records import Struct
from reconciler.sandbox import quirks, timing
from reconciler.sandbox.clock import WorldClock
from reconciler.sandbox.confluent import ConfluentState
from reconciler.sandbox.context import Context
from reconciler.sandbox.faults import Rule, choose, read_rules
from reconciler.sandbox.fields import section
from reconciler.sandbox.problems import StateUnreadable, WorldInvalid
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.store import RESET, TABLES, Store
from reconciler.sandbox.streamkap.documents import (
    project_document,
    read_project,
    read_source,
    source_document,
)
from reconciler.sandbox.streamkap.records import read_run, run_document
from reconciler.sandbox.streamkap.state import assemble
from reconciler.sandbox.world import World, read_world

WallClock = Callable[[], float]
"""Real time in seconds since 1970."""

Rows = dict[str, object | None]


class Exchange(Struct, frozen=True):
    """One request on its way through.

    Attributes:
        context: What its handler is given.
        began: Real time when it came in.
        rule: The fault rule that hits it, if any.
    """

    context: Context
    began: float
    rule: Rule | None


class State:
    """A world with its clock, faults and log, kept in a store.

    Args:
        store: Where it is kept; a new one is filled with `world`.
        wall: Real time.
        world: Document of the world that a new store begins with.

    Raises:
        WorldInvalid: The document is wrong.
        StateUnreadable: The store holds something else than a state.
    """

    def __init__(self, store: Store, wall: WallClock, world: Mapping[str, object]) -> None:
        self.store = store
        self.wall = wall
        self.rules: tuple[Rule, ...] = ()
        self._number = 0
        if store.is_new:
            self.reset(world)
        else:
            self._load()

    def reset(self, document: Mapping[str, object]) -> None:
        """Begin anew: this world, real time, no faults, an empty log.

        Raises:
            WorldInvalid: The document is wrong; everything stays as it was.
        """
        real = self.wall()
        self.world = read_world(document, real)
        self.clock = WorldClock(real, real, self.world.speed)
        self.rules = ()
        self._number = 0
        self.store.replace(TABLES, self._everything())

    def put_world(self, document: Mapping[str, object]) -> None:
        """Put another world in place of this one; time, faults and log go on.

        Raises:
            WorldInvalid: The document is wrong; everything stays as it was.
        """
        self.world = read_world(document, self.now())
        self.clock = self.clock.moved(self.wall(), speed=self.world.speed)
        self.store.replace(("sources", "runs", "links"), self._everything())

    def now(self) -> float:
        """The sandbox's time in seconds since 1970."""
        return self.clock.now(self.wall())

    def put_clock(self, *, advance: float, speed: float | None) -> None:
        """Move time forward, or change how fast it passes."""
        self.clock = self.clock.moved(self.wall(), advance=advance, speed=speed)
        self.world.speed = self.clock.speed
        self.store.save({"meta": self._meta()})

    def put_quirks(self, chosen: Quirks) -> None:
        """Change how the undocumented behaves, from now on."""
        self.world.quirks = chosen
        self.store.save({"meta": self._meta()})

    def put_rules(self, rules: tuple[Rule, ...]) -> None:
        """Put these fault rules in place of all others."""
        self.rules = rules
        self.store.save({"meta": self._meta()})

    def clear_log(self) -> None:
        """Forget the requests so far; their numbers are not used again."""
        self.store.replace(("requests",), {})

    def admit(self, method: str, path: str) -> Exchange:
        """Give a request its number, its time and its fate."""
        self._number += 1
        rng = random.Random(f"{self.world.seed}:{self._number}")  # noqa: S311 - to be repeated
        rule, self.rules = choose(self.rules, method, path)
        context = Context(
            now=self.now(),
            quirks=self.world.quirks,
            rng=rng,
            request_id=f"{rng.getrandbits(128):032x}",
            timing=self.world.timing,
            request_number=self._number,
        )
        return Exchange(context, self.wall(), rule)

    def record(self, exchange: Exchange, entry: dict[str, object]) -> None:
        """Write down one request and all that it changed, before its answer leaves."""
        number = exchange.context.request_number
        milliseconds = round((self.wall() - exchange.began) * 1000, 3)
        meta: Rows = {"counter": self._number}
        if self.rules:
            meta["faults"] = [rule.document() for rule in self.rules]
        self.store.save(
            {
                "meta": meta,
                **self._changes(),
                "requests": {str(number): entry | {"duration_ms": milliseconds}},
            }
        )

    def _changes(self) -> dict[str, Rows]:
        streamkap, confluent = self.world.streamkap, self.world.confluent
        sources, runs = streamkap.take_dirty()
        links = confluent.take_dirty()
        saved: Mapping[str, object] = confluent.rows(links) if links else {}
        return {
            "sources": {
                key: source_document(streamkap.sources[key]) if key in streamkap.sources else None
                for key in sorted(sources)
            },
            "runs": {str(key): run_document(streamkap.runs[key]) for key in sorted(runs)},
            "links": {key: saved.get(key) for key in sorted(links)},
        }

    def _everything(self) -> dict[str, Rows]:
        streamkap = self.world.streamkap
        return {
            "meta": self._meta(),
            "sources": {key: source_document(each) for key, each in streamkap.sources.items()},
            "runs": {str(key): run_document(run) for key, run in streamkap.runs.items()},
            "links": dict(self.world.confluent.rows()),
        }

    def _meta(self) -> Rows:
        clock = self.clock
        return {
            "clock": {"real": clock.real, "world": clock.world, "speed": clock.speed},
            "counter": self._number,
            "seed": self.world.seed,
            "quirks": quirks.as_dict(self.world.quirks),
            "timing": timing.as_dict(self.world.timing),
            "streamkap": project_document(self.world.streamkap.project),
            "confluent": self.world.confluent.meta(),
            "faults": [rule.document() for rule in self.rules],
        }

    def _load(self) -> None:
        try:
            self._read(dict(self.store.rows("meta")))
        except (WorldInvalid, ValueError, TypeError) as error:
            raise StateUnreadable(
                f"the saved state of the sandbox cannot be read ({error}); {RESET}"
            ) from error

    def _read(self, saved: dict[str, object]) -> None:
        meta = section("meta", saved)
        clock = meta.section("clock")
        self.clock = WorldClock(
            clock.number("real", 0.0), clock.number("world", 0.0), clock.number("speed", 1.0)
        )
        self._number = meta.count("counter", 0)
        self.rules = read_rules({"rules": saved.get("faults")})
        sources = [
            read_source(section(f"sources.{key}", row), 0.0)
            for key, row in self.store.rows("sources")
        ]
        runs = [read_run(section(f"runs.{key}", row)) for key, row in self.store.rows("runs")]
        self.world = World(
            seed=meta.count("seed", 0),
            quirks=quirks.parse(meta.mapping("quirks")),
            timing=timing.parse(meta.mapping("timing")),
            speed=self.clock.speed,
            streamkap=assemble(read_project(meta.section("streamkap")), sources, runs),
            confluent=ConfluentState.from_rows(
                meta.mapping("confluent"), dict(self.store.rows("links"))
            ),
        )
