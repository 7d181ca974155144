"""Small worlds: specs, what the vendors show, and what a ledger holds.

Names are few, so that documents meet in topics, and times are few, so that runs meet levels.
"""

from collections.abc import Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TypeVar

from hypothesis import strategies as st

from reconciler.core.judge import Judgement, Knowledge, Policy, judge
from reconciler.core.pack import Parcel
from reconciler.core.steps import build_steps
from reconciler.model.desired import (
    Desired,
    DesiredLink,
    DesiredSource,
    Limits,
    MirrorRule,
    OnCancel,
    SnapshotRule,
)
from reconciler.model.ledger import AttemptState, LedgerView
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    ObservedConnection,
    ObservedLink,
    ObservedSource,
    ObservedTopic,
    SourceView,
)
from reconciler.model.plan import Step
from reconciler.records import Struct, replace
from tests.support.specs import (
    BLOCKING,
    CLUSTER,
    INCREMENTAL,
    NOW,
    OLD,
    SINCE,
    attempt,
    by_id,
    by_name,
    completed,
    confirmed,
    confluent,
    desired,
    halt,
    idle,
    know,
    left_alone,
    link_document,
    mirroring,
    paused,
    render,
    run,
    since,
    source,
    source_document,
    streamkap,
    unmanaged,
    young,
)

Item = TypeVar("Item")
Rule = TypeVar("Rule", SnapshotRule, MirrorRule)
TOPICS = ("t0", "t1", "t2", "u0")
PATTERNS = ("t0", "t1", "u0", "t*", "?0", "*")
TIMES = (None, OLD, since(-1), SINCE, since(1), since(9))
WORDS = ("pending", "running", "completed", "failed", "cancelled", "paused")
STATUSES = ("Active", "Active", "Active", "Starting", "Broken", None)
MIRROR_WORDS = (
    "ACTIVE",
    "PAUSED",
    "FAILED",
    "STOPPED",
    "SOURCE_UNAVAILABLE",
    "PENDING_MIRROR",
    "LINK_PAUSED",
    "LINK_FAILED",
    "WHAT",
    None,
)
HALTS = (None, None, halt(days=1), halt(days=-1))


class World(Struct, frozen=True):
    """Specs and everything that was read."""

    specs: Desired
    knowledge: Knowledge

    def judged(self, policy: Policy | None = None) -> Judgement:
        """One pass over it."""
        return judge(self.specs, self.knowledge, policy or Policy())

    def steps(self, *, with_ids: bool = True) -> tuple[Step, ...]:
        """The steps of its plan; `with_ids` with every database id known."""
        ids = {s.id: {t.name: f"{s.id}.{t.name}" for t in s.topics} for s in self.sources}
        known = ids if with_ids else {}
        return build_steps(self.specs, self.judged(), self.knowledge, known, render)

    @property
    def sources(self) -> list[ObservedSource]:
        """Every source that was seen."""
        answers = self.knowledge.observed.values()
        return [v.source for answer in answers for v in answer.sources if v.source]


def _snapshot_rules(*topics: str) -> list[SnapshotRule]:
    """Rules of every state for the same topics."""
    week = timedelta(days=7)
    return [
        completed(*topics),
        completed(*topics, filter="n > 1", retries=2),
        completed(*topics, since=since(1), surrogate_key="id", on_cancel=OnCancel.RESTART),
        completed(*topics, since=since(1), type=BLOCKING, retries=2),
        completed(*topics, since=NOW),
        completed(*topics, deadline=timedelta(days=1)),
        young(*topics, max_age=week),
        young(*topics, max_age=week, type=BLOCKING, on_cancel=OnCancel.RESTART),
        idle(*topics),
        idle(*topics, allow_source_wide=True),
        unmanaged(*topics),
    ]


def _mirror_rules(*topics: str) -> list[MirrorRule]:
    """Rules of every state for the same topics."""
    return [
        mirroring(*topics),
        paused(*topics),
        paused(*topics, until=NOW + timedelta(days=1)),
        paused(*topics, until=NOW),
        left_alone(*topics),
    ]


NAMES = [*((one,) for one in PATTERNS), ("t0", "u0"), ("t1", "?0"), ("t0", "t*")]
RUNS = [
    run(word, time, type=type_)
    for word in WORDS
    for time, type_ in zip(TIMES, (None, INCREMENTAL, BLOCKING) * 2, strict=True)
]
snapshot_rules = st.sampled_from([rule for texts in NAMES for rule in _snapshot_rules(*texts)])
mirror_rules = st.sampled_from([rule for texts in NAMES for rule in _mirror_rules(*texts)])
histories = st.one_of(
    st.sampled_from([(), None]),
    st.sampled_from([(one,) for one in RUNS]),
    st.tuples(st.sampled_from(RUNS), st.sampled_from(RUNS)),
)
present = st.sampled_from([TOPICS[n:m] for n in range(4) for m in range(n, 5)])


def rule_lists(rules: st.SearchStrategy[Rule]) -> st.SearchStrategy[tuple[Rule, ...]]:
    """One to three rules as validation lets them through: no name stands below what takes it."""

    def reachable(drawn: list[Rule]) -> tuple[Rule, ...]:
        kept: list[Rule] = []
        for rule in drawn:
            taken = [p.text for above in kept for p in above.topics]
            left = tuple(
                p
                for p in rule.topics
                if not p.is_literal or not any(fnmatchcase(p.text, text) for text in taken)
            )
            kept += [replace(rule, topics=left)] if left else []
        return tuple(kept)

    return st.lists(rules, min_size=1, max_size=3).map(reachable)


@st.composite
def seen_topics(draw: st.DrawFn) -> tuple[ObservedTopic, ...]:
    """Some topics with up to two runs each, or none that could be read."""
    return tuple(ObservedTopic(name, draw(histories)) for name in draw(present))


@st.composite
def seen_sources(draw: st.DrawFn) -> tuple[tuple[str, ObservedSource], ...]:
    """Up to three sources, each with the name of the connection that it is seen through."""
    count = draw(st.integers(1, 3))
    return tuple(
        (
            draw(st.sampled_from(["k1", "k2"])),
            source(f"s{n}", *draw(seen_topics()), status=draw(st.sampled_from(STATUSES))),
        )
        for n in range(count)
    )


@st.composite
def source_documents(
    draw: st.DrawFn, seen: Sequence[tuple[str, ObservedSource]]
) -> tuple[DesiredSource, ...]:
    """One or two documents of every source, by its name or by its id."""
    documents = []
    for connection, found in seen:
        for n in range(draw(st.integers(1, 2))):
            rules = draw(rule_lists(snapshot_rules))
            of_id = draw(st.booleans())
            documents.append(
                source_document(
                    f"{found.name}-{n}",
                    *rules,
                    connection=connection,
                    source="" if of_id else found.name,
                    source_id=found.id if of_id else "",
                    suspend=draw(st.sampled_from(HALTS)),
                )
            )
    return tuple(documents)


@st.composite
def link_views(draw: st.DrawFn) -> tuple[LinkView, ...]:
    """One or two links, listed or not."""
    views = []
    for n in range(draw(st.integers(1, 2))):
        mirrors = tuple(Mirror(name, draw(st.sampled_from(MIRROR_WORDS))) for name in draw(present))
        state = draw(st.sampled_from(["ACTIVE", "ACTIVE", None, "PAUSED", "FAILED"]))
        listed = draw(st.sampled_from([mirrors, mirrors, mirrors, None]))
        views.append(
            LinkView(
                LinkTarget(CLUSTER, f"l{n}"), ObservedLink(CLUSTER, f"l{n}", state, "", listed)
            )
        )
    return tuple(views)


@st.composite
def link_documents(draw: st.DrawFn, views: Sequence[LinkView]) -> tuple[DesiredLink, ...]:
    """One or two documents of every link."""
    return tuple(
        link_document(
            f"{view.target.link}-{n}",
            *draw(rule_lists(mirror_rules)),
            link=view.target.link,
            suspend=draw(st.sampled_from(HALTS)),
        )
        for view in views
        for n in range(draw(st.integers(1, 2)))
    )


@st.composite
def ledgers(draw: st.DrawFn, states: Sequence[AttemptState] = tuple(AttemptState)) -> LedgerView:
    """Up to four starts of ours, and a mark."""
    attempts = [
        attempt(
            draw(st.sampled_from(states)),
            draw(st.sampled_from([OLD, since(1), NOW - timedelta(seconds=9)])),
            source_id=f"id-s{draw(st.integers(0, 2))}",
            topic=draw(st.sampled_from(TOPICS)),
            since=draw(st.sampled_from([OLD, SINCE, since(1)])),
            run_time=draw(st.sampled_from(TIMES)),
            stopped_by_us=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    marks = {("id-s0", "t0"): since(1)} if draw(st.booleans()) else {}
    return LedgerView(tuple(attempts), marks, {}, draw(st.booleans()))


def looked(document: DesiredSource, seen: Sequence[tuple[str, ObservedSource]]) -> SourceView:
    """What the target of a document shows."""
    key = document.source or document.source_id
    found = next(s for _, s in seen if key in (s.name, s.id))
    return by_name(found) if document.source else by_id(found)


LIMITS = st.sampled_from(
    [
        Limits(snapshots=snapshots, sources_per_call=2 * (names == 0), names_per_call=names)
        for snapshots in (0, 1, 5)
        for names in (0, 1, 2)
    ]
)


@st.composite
def worlds(draw: st.DrawFn, history: bool = True) -> World:
    """Specs, observation, and where asked a ledger."""
    seen = draw(seen_sources())
    documents = draw(source_documents(seen))
    views = draw(link_views())
    specs = desired(
        confluent(limits=draw(LIMITS)),
        *(streamkap(name, limits=draw(LIMITS)) for name in ("k1", "k2")),
        *documents,
        *draw(link_documents(views)),
    )
    answers = [ObservedConnection("cc", NOW, links=views)]
    for name in ("k1", "k2"):
        mine = dict.fromkeys(looked(d, seen) for d in documents if d.connection == name)
        answers.append(ObservedConnection(name, NOW, tuple(mine)))
    witnesses = {
        key: topics
        for name, found in seen
        for key, topics in confirmed(found.id, connection=name).items()
    }
    ledger = draw(ledgers()) if history else LedgerView()
    return World(specs, know(*answers, witnesses=witnesses, ledger=ledger))


@st.composite
def shuffled(draw: st.DrawFn, world: World) -> World:
    """The same world, read and listed in another order."""

    shift, flip = draw(st.integers(0, 3)), draw(st.booleans())

    def mix(items: Sequence[Item]) -> tuple[Item, ...]:
        turned = [*items[shift:], *items[:shift]]
        return tuple(turned[::-1] if flip else turned)

    def source_view(view: SourceView) -> SourceView:
        topics = mix(
            [replace(t, runs=mix(t.runs) if t.runs else t.runs) for t in view.source.topics]
        )
        return replace(view, source=replace(view.source, topics=topics))

    def link_view(view: LinkView) -> LinkView:
        mirrors = None if view.link.mirrors is None else mix(view.link.mirrors)
        return replace(view, link=replace(view.link, mirrors=mirrors))

    specs, knowledge = world.specs, world.knowledge
    answers = [
        replace(
            answer,
            sources=mix(list(map(source_view, answer.sources))),
            links=mix(list(map(link_view, answer.links))),
        )
        for answer in knowledge.observed.values()
    ]
    mixed = replace(
        specs,
        connections=mix(specs.connections),
        sources=mix(specs.sources),
        links=mix(specs.links),
    )
    observed = {answer.connection: answer for answer in mix(answers)}
    return World(mixed, replace(knowledge, observed=observed))


def rule_of(document: DesiredSource | DesiredLink, topic: str) -> SnapshotRule | MirrorRule | None:
    """The first rule that names a topic; told apart from the matcher that is under test."""
    for rule in document.rules:
        if any(fnmatchcase(topic, pattern.text) for pattern in rule.topics):
            return rule
    return None


parcels = st.lists(
    st.tuples(st.integers(1, 500), st.integers(1, 900)), min_size=1, max_size=14
).map(lambda pairs: [Parcel(f"s{n}", size, listing, n) for n, (size, listing) in enumerate(pairs)])
