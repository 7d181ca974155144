"""Whatever there is, dumped specs are valid and change nothing."""

import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler import spec
from reconciler.core.covering import cover, entangled
from reconciler.core.naming import distinct, slug
from reconciler.engine.surveying import SurveyAsk, survey
from reconciler.model.desired import Desired
from reconciler.model.verdict import Verdict
from reconciler.sandbox.quirks import VALUES
from reconciler.spec.filing import files_of
from tests.support.loop import START
from tests.support.rich import TIMING, connections
from tests.support.stage import Stage

HARMLESS = {Verdict.IN_SYNC, Verdict.UNMANAGED, Verdict.BLOCKED, Verdict.DEFERRED}
CLUSTERS = ("lkc-1", "lkc-2")
WORDS = (
    "a", "b", "orders", "orders.new", "null", "yes", "1e3", "- x", "-", "'", '"', "*", "?", "[", "]",
    "[a]", "[!a]", "a*", "#", ": ", "é", "e\u0301", "日", "\u200b", "\t", "\\", "~", "!", "x" * 240,
)  # fmt: skip
PARTS = st.sampled_from(WORDS)
TWINS = ("a\tb", "a\u200bb", "axb", "a b", "a?b")
"""Names that no spec can tell apart, as it may not hold their second sign."""
names = st.one_of(
    st.sampled_from(TWINS),
    st.lists(PARTS, min_size=1, max_size=3).map(".".join),
    st.lists(PARTS, min_size=1, max_size=2).map("_".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4),
)
ENDS = ("completed", "failed", "cancelled")
MIRRORS = (
    "ACTIVE", "ACTIVE", "PAUSED", "PAUSED", "FAILED", "STOPPED", "SOURCE_UNAVAILABLE",
    "PENDING_STOPPED", "PENDING_MIRROR",
)  # fmt: skip
LINKS = ("ACTIVE", "ACTIVE", "ACTIVE", "PAUSED", "FAILED", "UNAVAILABLE", None)


@st.composite
def runs(draw: st.DrawFn) -> dict[str, object]:
    """A run that has ended, up to four years ago."""
    age = draw(st.sampled_from([1, 2, 9, 400, 1500]))
    return {
        "status": draw(st.sampled_from(ENDS)),
        "submitted": f"-{age}d",
        "started": f"-{age}d+5s",
        "ended": f"-{age}d+1m",
    }


@st.composite
def sources(draw: st.DrawFn, number: int) -> dict[str, object]:
    found = draw(st.lists(names, max_size=5, unique=True))
    topics = [{"name": n, "snapshots": draw(st.lists(runs(), max_size=2))} for n in found]
    name = draw(st.one_of(st.sampled_from(["shop", "Shop", "till"]), names))
    status = draw(st.sampled_from(["Active", "Broken", "Paused"]))
    return {"id": f"{number:024x}", "name": name, "status": status, "topics": topics}


@st.composite
def links(draw: st.DrawFn, name: str, topics: list[str]) -> dict[str, object]:
    mirrors = [
        {"topic": topic, "status": draw(st.sampled_from(MIRRORS)), "partitions": 1}
        for topic in topics
    ]
    return {"name": name, "state": draw(st.sampled_from(LINKS)), "mirrors": mirrors}


@st.composite
def clusters(draw: st.DrawFn, cluster_id: str) -> dict[str, object]:
    some = st.one_of(st.sampled_from(["west", "West"]), names).filter(lambda name: name != "-")
    named = draw(st.lists(some, max_size=3, unique=True))
    topics = draw(st.lists(names, max_size=9, unique=True))
    cut = [topics[n :: len(named)] for n in range(len(named))]
    found = [draw(links(name, mine)) for name, mine in zip(named, cut, strict=True)]
    return {"id": cluster_id, "links": found}


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, object]:
    """A world at rest that behaves in any undocumented way."""
    return {
        "seed": 7,
        "timing": TIMING,
        "quirks": {name: draw(st.sampled_from(values)) for name, values in VALUES.items()},
        "streamkap": {
            "credentials": [{"clientId": "demo", "secret": "demo"}],
            "sources": [draw(sources(n + 1)) for n in range(draw(st.integers(0, 3)))],
        },
        "confluent": {
            "credentials": [{"key": "demo", "secret": "demo"}],
            "clusters": [draw(clusters(cluster_id)) for cluster_id in CLUSTERS],
        },
    }


def dumped(stage: Stage, *, completed: bool) -> dict[str, str]:
    """What `dump` writes for both connections, by file."""

    async def main() -> dict[str, str]:
        files: dict[str, str] = {}
        async with stage._opened() as providers:
            for connection in stage.desired.connections:
                ids = CLUSTERS if connection.name == "con" else ()
                ask = SurveyAsk(connection, ids, Desired(), completed)
                found = await survey(providers[connection.name], ask, lambda _: None)
                files |= files_of(found.documents, connection.name, "as it was")
        return files

    return stage.clock.run(main)


def loaded(files: dict[str, str]) -> Desired:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return spec.load([folder], now=START)


@given(worlds(), st.booleans())
def test_dumped_specs_are_valid_and_change_nothing(world, completed: bool) -> None:
    stage = Stage(world, connections(lag="1s"))
    files = dumped(stage, completed=completed)
    again = dumped(stage, completed=completed)
    stage.desired = loaded(files | {"connections.yaml": connections(lag="1s")})
    findings = stage.plan().plan.findings
    sifted = stage.plan(is_whole=False).plan.findings

    assert {str(f.address): f for f in findings if f.verdict not in HARMLESS} == {}
    assert {str(f.address): f for f in sifted if f.verdict not in HARMLESS} == {}
    assert files == again
    assert stage.writes() == []


@given(st.lists(names, max_size=12, unique=True), st.lists(names, max_size=12, unique=True))
def test_a_cover_takes_the_wanted_and_spares_the_others(wanted: list[str], rest: list[str]) -> None:
    others = sorted(set(rest) - set(wanted))
    tangled = entangled([*wanted, *others])
    assume(not any(group & set(wanted) and group & set(others) for group in tangled))
    patterns = cover(wanted, others)

    def is_taken(name: str) -> bool:
        return any(p == name or fnmatchcase(name, p) for p in patterns)

    assert [name for name in wanted if not is_taken(name)] == []
    assert [name for name in others if is_taken(name)] == []
    assert len(patterns) <= len(wanted)


@given(st.lists(st.tuples(names, names), unique_by=lambda pair: pair[1]))
def test_distinct_names_are_distinct_in_every_order(things: list[tuple[str, str]]) -> None:
    wishes = [(slug(name, "x"), f"x-{number}") for number, (name, _) in enumerate(things)]

    assert len(set(distinct(wishes))) == len(wishes)
    assert distinct(wishes[::-1]) == distinct(wishes)[::-1]
