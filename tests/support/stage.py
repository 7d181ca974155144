"""Both providers in front of one sandbox, with time in the hand of the test.

    stage = Stage(world, SPECS)
    first = stage.apply(allow=True)     # observe, plan, carry out, follow; nothing really waits
    stage.pass_time(3600)
    assert not stage.plan().plan.steps

Every command opens its own providers, as the command line does.
"""

import itertools
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import stamina

from reconciler import spec
from reconciler.core.judge import Policy
from reconciler.core.settled import Wait
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.events import Event
from reconciler.engine.halting import Halt
from reconciler.engine.memory import Means, Memory
from reconciler.engine.observing import Providers
from reconciler.engine.planning import PlanAsk, Planned, make_plan
from reconciler.ledger.protocol import Ledger
from reconciler.model.desired import Connection, Desired, ProviderName
from reconciler.model.journal import Actor
from reconciler.model.outcome import ApplyReport, ItemOutcome, Result
from reconciler.model.secret import Secret
from reconciler.model.verdict import Verdict
from reconciler.providers.confluent import ConfluentProvider
from reconciler.providers.credential import ApiKey, StreamkapCredential
from reconciler.providers.exchange import AsgiApp
from reconciler.providers.pace import Limiters
from reconciler.providers.streamkap import StreamkapProvider
from reconciler.sandbox import in_memory_sandbox
from tests.support.loop import START, LoopClock
from tests.support.mortal import Life, MortalLedger, may_change
from tests.support.road import Road

KEY = ("demo", "demo")
EVERYTHING = Policy()


def desired_of(text: str) -> Desired:
    """What specs say."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specs.yaml"
        path.write_text(text, encoding="utf-8")
        return spec.load([path], now=START)


@dataclass(frozen=True)
class Applied:
    """One apply: what was planned, what became of it, what was told on the way."""

    planned: Planned
    report: ApplyReport
    events: Sequence[Event]

    @property
    def results(self) -> dict[str, Result]:
        """What became of each topic, by `name/topic`."""
        return {_short(item): item.result for item in self.report.items}

    def of(self, topic: str) -> ItemOutcome:
        """What became of one topic."""
        found = [item for item in self.report.items if item.address.topic == topic]
        assert len(found) == 1, found
        return found[0]


def _short(item: ItemOutcome) -> str:
    return f"{item.address.name}/{item.address.topic}"


def left(planned: Planned) -> dict[str, Verdict]:
    """Every finding that is not as wanted, by `name/topic`."""
    return {
        f"{f.address.name}/{f.address.topic}".rstrip("/"): f.verdict
        for f in planned.plan.findings
        if f.verdict not in (Verdict.IN_SYNC, Verdict.UNMANAGED)
    }


Hook = Callable[[str, str], Awaitable[None]]


async def _nothing(_method: str, _path: str) -> None:
    return


@dataclass
class Stage:
    """One world, its specs, its time.

    Attributes:
        world: Document of the sandbox's world.
        specs: YAML.
        before: Called with method and path before each request of ours reaches the sandbox.
        after: Called when the sandbox has answered, before the answer reaches us.
        faults: Rules for `PUT /_sandbox/faults`; set with `fail`.
        credential: What our connections sign with.
        ledger: What our commands remember with, or None.
        road: The way of our requests to the sandbox.
    """

    world: Mapping[str, object]
    specs: str
    before: Hook = _nothing
    after: Hook = _nothing
    hand: set[int] = field(default_factory=set)
    credential: tuple[str, str] = KEY
    ledger: Ledger | None = None

    def __post_init__(self) -> None:
        self.clock = LoopClock()
        self.sandbox = in_memory_sandbox(self.world, clock=self.clock.epoch)
        self.desired = desired_of(self.specs)
        self._commands = 0
        self._open_commands = 0
        self.road = Road()

    # What the vendors do

    def control(self, method: str, path: str, body: object = None) -> object:
        """One request to the sandbox's own endpoints."""
        return self.clock.run(lambda: self._control(method, path, body))

    def quirks(self, **chosen: str) -> None:
        """Let the sandbox behave in undocumented ways."""
        self.control("PUT", "quirks", chosen)

    def fail(self, *rules: Mapping[str, object]) -> None:
        """Let requests fare badly, by these rules instead of all others."""
        self.control("PUT", "faults", {"rules": list(rules)})

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        until = self.clock.monotonic() + seconds
        while (waits := self._waits()) and waits[0] <= until - self.clock.monotonic():
            self.clock.advance(max(0.0, waits[0]))
            self.clock.run(self._arrive)
        self.clock.advance(max(0.0, until - self.clock.monotonic()))

    def runs(self) -> list[Mapping[str, object]]:
        """Every run as it really stands."""
        return self.sandbox.runs()

    def our_runs(self) -> list[Mapping[str, object]]:
        """Runs that a request of ours began."""
        return [r for r in self.runs() if r["request"] and r["request"] not in self.hand]

    def our_starts(self) -> list[str]:
        """`source/topic` of each topic in each run of ours, sorted; twice where it was twice."""
        return sorted(f"{run['source_name']}/{t}" for run in self.our_runs() for t in run["topics"])

    def mirrors(self) -> dict[str, str]:
        """The own status of each mirror, whatever its link hides, by `link/topic`."""
        clusters = self.sandbox._state.world.confluent.clusters.values()
        return {
            f"{link.name}/{mirror.topic}": mirror.shown(self.sandbox.now())[0]
            for cluster in clusters
            for link in cluster.links.values()
            for mirror in link.mirrors.values()
        }

    def requests(self) -> list[Mapping[str, object]]:
        """Every request of ours, oldest first."""
        return [r for r in self.sandbox.requests() if r["number"] not in self.hand]

    def writes(self) -> list[str]:
        """Method and path of every request of ours that could change something."""
        return [
            f"{r['method']} {r['path']}"
            for r in self.requests()
            if may_change(str(r["method"]), str(r["path"]))
        ]

    async def by_hand(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One request of somebody else, inside a hook."""
        auth = None if path.startswith(("/sources", "/topics")) else KEY
        async with self._client(auth=auth) as client:
            headers = {}
            if auth is None:
                credential = {"client_id": KEY[0], "secret": KEY[1]}
                token = await client.post("/auth/access-token", json=credential)
                self._mark()
                headers = {"authorization": f"Bearer {token.json()['accessToken']}"}
            answer = await client.request(method, path, json=body, headers=headers)
            self._mark()
            return answer

    def hands_on(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One request of somebody else, between commands."""
        return self.clock.run(lambda: self.by_hand(method, path, body))

    # What we do

    def plan(self, policy: Policy = EVERYTHING, **changes: object) -> Planned:
        """Make a plan."""

        async def main() -> Planned:
            async with self._opened() as providers:
                ask = PlanAsk(policy, self.memory(may_write=False), **changes)
                return await make_plan(self.desired, providers, self.clock, ask, lambda _: None)

        return self.clock.run(main)

    def apply(self, *, timeout: float | None = 600.0, **asked: object) -> Applied:
        """Plan and carry out, as `apply PATH` does; see `applying`."""
        return self.clock.run(lambda: self.applying(within=timeout, **asked))

    async def applying(
        self,
        *,
        allow: bool = True,
        wait: Wait | None = None,
        within: float | None = 600.0,
        between: Callable[[Halt], Awaitable[None]] | None = None,
        on_event: Callable[[Event, Halt], None] = lambda _event, _halt: None,
        policy: Policy = EVERYTHING,
        wait_lease: float = 0.0,
        life: Life | None = None,
    ) -> Applied:
        """Plan and carry out.

        Args:
            between: Runs after the plan was made.
            on_event: Told what is going on.
            life: The process it happens in.
        """
        events: list[Event] = []
        async with self._opened(life) as providers:
            memory = self.memory(may_write=True, life=life)
            asked = PlanAsk(policy, memory)
            planned = await make_plan(self.desired, providers, self.clock, asked, events.append)
            until = None if within is None else self.clock.monotonic() + within
            halt = Halt(self.clock, until)
            if between is not None:
                await between(halt)

            def listen(event: Event) -> None:
                events.append(event)
                on_event(event, halt)

            ask = ApplyAsk(
                halt,
                memory,
                allow,
                wait,
                policy.retry,
                timedelta(seconds=wait_lease),
                policy.break_glass,
            )
            report = await apply_plan(planned, providers, ask, listen)
        return Applied(planned, report, events)

    def memory(self, *, may_write: bool, life: Life | None = None) -> Memory:
        """What one command remembers; each is somebody of its own."""
        self._commands += 1
        hosts = {c.name: "sandbox" for c in self.desired.connections}
        numbers = itertools.count()
        owner = f"command-{self._commands}"

        living = life or Life()

        async def at_once(work: Callable[[], object]) -> object:
            result = work()
            await living.rest(self.clock.sleep)
            return result

        means = Means(
            self.ledger and MortalLedger(self.ledger, living),
            may_write,
            hosts,
            Actor("anna"),
            owner,
            lambda: f"{owner}-{next(numbers)}",
            at_once,
        )
        return Memory(means, self.clock)

    @asynccontextmanager
    async def _opened(self, life: Life | None = None):
        stamina.set_testing(testing=True, attempts=5, cap=True)
        self._open_commands += 1
        limiters = Limiters(self.clock)
        app = partial(self._app, life or Life())
        providers: Providers = {
            c.name: self._open(c, limiters, app) for c in self.desired.connections
        }
        try:
            yield providers
        finally:
            self._open_commands -= 1
            stamina.set_testing(testing=self._open_commands > 0, attempts=5, cap=True)
            for provider in providers.values():
                await provider.aclose()

    def _open(self, connection: Connection, limiters: Limiters, app: AsgiApp):
        given = (Secret(self.credential[0]), Secret(self.credential[1]))
        match connection.provider:
            case ProviderName.STREAMKAP:
                key = StreamkapCredential(*given)
                limiter = limiters.limiter_for(connection.endpoint, key, connection.limits)
                return StreamkapProvider.open(connection, key, limiter, app)
            case ProviderName.CONFLUENT:
                pair = ApiKey(*given)
                limiter = limiters.limiter_for(connection.endpoint, pair, connection.limits)
                return ConfluentProvider.open(connection, pair, limiter, app)

    async def _app(self, life: Life, scope, receive, send) -> None:
        """The sandbox behind the hooks."""
        method, path = scope["method"], scope["path"]
        life.reach(f"{method} {path}")
        await life.rest(self.clock.sleep)
        await self.before(method, path)
        await self._arrive()
        if may_change(method, path):
            await self.road.pass_by(scope, receive, self.clock.epoch())
        messages: list[dict[str, object]] = []

        async def keep(message: dict[str, object]) -> None:
            messages.append(message)

        await self.sandbox.app(scope, receive, keep)
        if may_change(method, path):
            life.reach(f"answer to {method} {path}")
            messages = self.road.swapped(messages)
        await life.rest(self.clock.sleep)
        await self.after(method, path)
        for message in messages:
            await send(message)

    async def _arrive(self) -> None:
        await self.road.arrive(self.sandbox.app, self.clock.epoch())

    def _waits(self) -> list[float]:
        """Seconds until something that was held up arrives, soonest first."""
        return [at - self.clock.epoch() for at in self.road.arrivals]

    def sent_at(self, arrived: float) -> float:
        """When a request was sent that arrived at a moment; both in seconds since 1970."""
        return next((sent for sent, at in self.road.delays if abs(at - arrived) < 1e-3), arrived)

    def _client(self, **options: object) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.sandbox.app)
        return httpx.AsyncClient(transport=transport, base_url="http://sandbox", **options)

    async def _control(self, method: str, path: str, body: object) -> object:
        async with self._client() as client:
            answer = await client.request(
                method, f"/_sandbox/{path}", content=None if body is None else json.dumps(body)
            )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _mark(self) -> None:
        self.hand.add(int(self.sandbox.requests()[-1]["number"]))


def source_id(stage: Stage, name: str) -> str:
    """The vendor's id of a source."""
    sources = stage.sandbox._state.world.streamkap.sources.values()
    return next(source.id for source in sources if source.name == name)
