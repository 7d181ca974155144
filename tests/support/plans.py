"""Small builders of plans and reports, for tests of what is shown."""

from datetime import UTC, datetime, timedelta

from reconciler.model.address import Address, Kind, Origin
from reconciler.model.call import Call
from reconciler.model.change import (
    Action,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import ProviderName, SnapshotType
from reconciler.model.impact import Connector, Impact
from reconciler.model.journal import Actor
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.outcome import (
    ApplyReport,
    CallOutcome,
    ItemOutcome,
    Reply,
    Result,
    Traffic,
)
from reconciler.model.plan import Cost, Plan, PlanConnection, Step, StepItem
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.records import replace

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORDERS = Address(Kind.SOURCE, "orders-postgres")
LINK = Address(Kind.CLUSTER_LINK, "east-to-west")
SPEC = "specs/orders.yaml"
LINK_SPEC = "specs/mirrors.yaml"
SOURCE_ID = "67ad6e0af08a2365c729ba79"
FIRST = Impact(Connector.RUNS_ON, first=True)
AGAIN = Impact(Connector.RUNS_ON, 1_200_000, timedelta(minutes=19, seconds=55))
LEFT = LeftBehind(
    LINK.of("orders.old"),
    "confluent/pkc-1.confluent.cloud/lkc-abc123/east-to-west",
    "orders.old",
    Remains.PAUSED,
    datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
    Actor("ci", "https://ci.test/runs/7", "c0ffee"),
)


def finding(address: Address, verdict: Verdict, reason: str, line: int = 12) -> Finding:
    """A finding of a line of the file that declares the document."""
    file = SPEC if address.kind is Kind.SOURCE else LINK_SPEC
    return Finding(address, verdict, reason, Origin(file, line))


def start(topic: str, **changes: object) -> Finding:
    """A topic of `orders-postgres` whose snapshot shall start for the first time."""
    row = replace(
        finding(ORDERS.of(topic), Verdict.CHANGE, "it never ran"),
        action=Action.START,
        before="never run",
        after="completed since 2026-11-20T00:00:00Z",
        cause=Cause.PENDING,
        risk=Risk.SAFE,
        note="first run",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def pause(topic: str, **changes: object) -> Finding:
    """A mirror of `east-to-west` that shall be paused for ever."""
    row = replace(
        finding(
            LINK.of(topic), Verdict.CHANGE, "it is mirroring, and should be paused with no end"
        ),
        action=Action.PAUSE,
        before="ACTIVE",
        after="PAUSED",
        cause=Cause.DRIFT,
        risk=Risk.DISRUPTIVE,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def in_sync(address: Address, level: str) -> Finding:
    """A topic that is as wanted."""
    row = finding(address, Verdict.IN_SYNC, "it is as wanted")
    return replace(row, before=level, after=level)


def start_step(step: str, *topics: str) -> Step:
    """A single start of topics of `orders-postgres`, the canary of its form."""
    parts = tuple(StartTopic(name) for name in topics)
    change = Start(Form.SINGLE, SnapshotType.INCREMENTAL, (StartSource(SOURCE_ID, parts),))
    body = Call("streamkap-prod", "POST", "/sources/snapshot", {"source_id": SOURCE_ID})
    items = tuple(StepItem(ORDERS.of(name), SOURCE_ID, name, "never", Risk.SAFE) for name in topics)
    return Step(step, change, items, body, Risk.SAFE, canary=True)


def mirror_step(step: str, change: Pause | Resume, risk: Risk) -> Step:
    """A pause or a resume of mirrors of `east-to-west`."""
    verb = "pause" if isinstance(change, Pause) else "resume"
    path = f"/kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:{verb}"
    call = Call("confluent-west", "POST", path, {"mirror_topic_names": [*change.topics]})
    key = "lkc-abc123/east-to-west"
    items = tuple(StepItem(LINK.of(name), key, name, "ACTIVE", risk) for name in change.topics)
    return Step(step, change, items, call, risk)


def stop_step(step: str) -> Step:
    """A bulk stop of two sources, in one call, within times."""
    sources = tuple(
        StopSource(f"{SOURCE_ID[:-1]}{n}", SnapshotType.INCREMENTAL, (f"audit.{n}",), f"db{n}")
        for n in range(2)
    )
    call = Call(
        "streamkap-prod",
        "POST",
        "/topics/bulk/stop-snapshot",
        {"topic_ids": ["db0", "db1"]},
        (("reason", "idle"),),
    )
    items = tuple(
        StepItem(ORDERS.of(f"audit.{n}"), source.source_id, f"audit.{n}", "running", Risk.SAFE)
        for n, source in enumerate(sources)
    )
    return Step(
        step,
        Stop(Form.BULK, sources),
        items,
        call,
        Risk.SAFE,
        needs=("s1", "s2"),
        not_before=NOW,
        not_after=NOW + timedelta(hours=1),
    )


def bulk_step(step: str) -> Step:
    """A bulk start of two sources with three topics."""
    sources = (
        StartSource("a1", (StartTopic("t1", "db1"), StartTopic("t2", "db2"))),
        StartSource("a2", (StartTopic("t3", "db3", "id > 3"),)),
    )
    call = Call("streamkap-prod", "POST", "/topics/bulk/snapshot", {"topic_ids": ["db1"]})
    change = Start(Form.BULK, SnapshotType.BLOCKING, sources)
    return Step(step, change, (), call, Risk.DISRUPTIVE)


def connections() -> tuple[PlanConnection, ...]:
    """Both vendors, six reads."""
    return (
        PlanConnection(
            "confluent-west", ProviderName.CONFLUENT, "pkc-1.confluent.cloud", 2, 0, 0, NOW
        ),
        PlanConnection("streamkap-prod", ProviderName.STREAMKAP, "api.streamkap.com", 4, 1, 0, NOW),
    )


def plan_of(*findings: Finding, steps: tuple[Step, ...] = (), **changes: object) -> Plan:
    """A plan of findings and steps that cost six reads."""
    naive = sum(f.covers for f in findings if f.verdict is Verdict.CHANGE)
    cost = Cost(6, len(steps), len(steps), naive, timedelta(0))
    rows = tuple(sorted(findings, key=lambda row: row.address))
    return replace(Plan(NOW, rows, steps, connections(), cost), **changes)  # type: ignore[arg-type]


def left(topic: str, **changes: object) -> LeftBehind:
    """A mirror that is still paused, and that no spec names any more."""
    item = replace(LEFT, address=LINK.of(topic), topic=topic)
    return replace(item, **changes)  # type: ignore[arg-type]


def left_run(topic: str, **changes: object) -> LeftBehind:
    """A snapshot of ours that was not seen to end, and that no spec names any more."""
    item = replace(
        LEFT,
        address=ORDERS.of(topic),
        topic=topic,
        scope=f"streamkap/api.streamkap.com/{SOURCE_ID}",
        what=Remains.RUN,
        actor=Actor("anna"),
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def rich_plan(**changes: object) -> Plan:
    """Every verdict, three calls, a warning, and one part that could not be observed."""
    paused = tuple(f"orders.{word}" for word in ("cancelled", "created", "shipped"))
    steps = (
        start_step("s1", "public.order_items", "public.orders"),
        mirror_step("s2", Pause("lkc-abc123", "east-to-west", paused), Risk.DISRUPTIVE),
        mirror_step("s3", Resume("lkc-abc123", "east-to-west", ("orders.new",)), Risk.SAFE),
    )
    resume = pause(
        "orders.new",
        action=Action.RESUME,
        risk=Risk.SAFE,
        before="PAUSED",
        after="ACTIVE",
        cause=Cause.DUE,
        reason="its pause ended at 2026-11-21T09:00:00Z",
        origin=Origin(LINK_SPEC, 20),
    )
    rows = (
        start("public.orders", impact=AGAIN),
        start("public.order_items", origin=Origin(SPEC, 13), impact=FIRST),
        *map(pause, paused),
        resume,
        *_others(),
    )
    plan = plan_of(*rows, steps=steps, unmanaged=4, approval="sha256:abc")
    cost = Cost(6, 3, 3, 412, timedelta(seconds=1.8), rate=5.0)
    plan = replace(
        plan, cost=cost, warnings=("the pattern audit.* matches nothing (specs/a.yaml:3)",)
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def _others() -> tuple[Finding, ...]:
    refunds = replace(
        finding(ORDERS.of("public.refunds"), Verdict.BLOCKED, "its snapshot failed: no key", 18),
        advice="mend the cause, then reconciler apply --retry Source/orders-postgres/public.refunds",
        before="failed 2026-11-20T10:00:00Z",
        after="completed since 2026-11-20T00:00:00Z",
        failed=True,
    )
    held = start(
        "public.later",
        verdict=Verdict.DEFERRED,
        reason="waits: public.huge is under way",
        note="",
        risk=Risk.DISRUPTIVE,
    )
    words = (
        ("public.huge", Verdict.IN_PROGRESS, "running, 40 %"),
        ("public.next", Verdict.SCHEDULED, "its time comes at 2026-12-01T00:00:00Z"),
        ("public.lost", Verdict.UNKNOWN, "a start was sent and never seen"),
        ("public.dark", Verdict.UNOBSERVED, "the vendor answered 503"),
    )
    waiting = (finding(ORDERS.of(topic), verdict, reason) for topic, verdict, reason in words)
    calm = (in_sync(LINK.of(f"stock.{n}"), "ACTIVE") for n in range(8))
    foreign = replace(
        in_sync(ORDERS.of("public.done"), "completed 2026-11-20T08:00:00Z"),
        note="not started here, so its filter is not visible",
    )
    return (refunds, held, *waiting, *calm, foreign)


def report_of(*items: ItemOutcome, **changes: object) -> ApplyReport:
    """A report of outcomes that took twelve seconds."""
    traffic = Traffic(1, 6, 4, 3, 0, 2, 5)
    rows = tuple(sorted(items, key=lambda item: item.address))
    report = ApplyReport(rows, (), traffic, NOW, NOW + timedelta(seconds=12))
    return replace(report, **changes)  # type: ignore[arg-type]


def rich_report() -> ApplyReport:
    """Every result, and three calls of which one was lost."""
    words = (
        ("orders.cancelled", Result.SETTLED, "", "PAUSED"),
        ("orders.created", Result.SETTLED, "", "PAUSED"),
        ("orders.shipped", Result.FAILED, "topic is being deleted", "ACTIVE"),
        ("orders.a", Result.DONE, "", "PAUSED"),
        ("orders.b", Result.STALE, "it is FAILED now", "FAILED"),
        ("orders.c", Result.HELD, "disruptive", ""),
        ("orders.g", Result.DEFERRED, "another run is in the way", ""),
        ("orders.d", Result.NOT_RUN, "interrupted", ""),
        ("orders.e", Result.ACCEPTED, "", "ACTIVE"),
        ("orders.f", Result.UNKNOWN, "no answer within 3m", ""),
    )
    mirrors = (
        ItemOutcome(LINK.of(topic), Action.PAUSE, result, message, "s2", seen, seen == "ACTIVE")
        for topic, result, message, seen in words
    )
    starts = (
        ItemOutcome(ORDERS.of("public.orders"), Action.START, Result.STARTED, "", "s1", "running"),
        ItemOutcome(ORDERS.of("public.a b"), Action.START, Result.UNKNOWN, "no answer", "s4"),
        ItemOutcome(ORDERS.of("public.b"), Action.START, Result.UNKNOWN, "no answer", "s4"),
    )
    calls = (
        CallOutcome("s1", "streamkap-prod", "POST /sources/snapshot", Reply.ACCEPTED, 200, "r-1"),
        CallOutcome(
            "s2", "confluent-west", "POST /mirrors:pause", Reply.FAILED, 207, None, "1 of 4"
        ),
        CallOutcome("s3", "confluent-west", "POST /mirrors:resume", None),
        CallOutcome("s4", "streamkap-prod", "POST /sources/snapshot", Reply.UNKNOWN, None, None),
        CallOutcome("s5", "streamkap-prod", "POST /x", Reply.NOT_SENT, 429, "r-5"),
    )
    return report_of(
        *mirrors, *starts, calls=calls, warnings=("the ledger is new",), interrupted=True
    )
