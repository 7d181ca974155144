from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler import spec
from reconciler.core.adopting import FoundRule
from reconciler.core.dumping import FoundDocument
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import (
    MirrorRule,
    MirrorState,
    Pattern,
    ProviderName,
    SnapshotRule,
    SnapshotState,
)
from reconciler.spec.filing import MOST_DOCUMENTS, files_of
from reconciler.spec.projects import NewConnection, connections_text, sample_text
from reconciler.spec.writing import comment, document, scalar

HERE = Origin("", 0)
SINCE = datetime(2026, 11, 20, tzinfo=UTC)
printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


def patterns(*texts: str) -> tuple[Pattern, ...]:
    return tuple(Pattern(text, HERE) for text in texts)


def source(name: str, *topics: str, remark: str = "told") -> FoundDocument:
    rule = SnapshotRule(patterns(*topics), SnapshotState.COMPLETED, HERE, since=SINCE)
    fields = (("connection", "kap"), ("source", name))
    return FoundDocument(Address(Kind.SOURCE, name), fields, (FoundRule(rule, "why", 2),), remark)


def link(name: str, cluster: str = "lkc-1") -> FoundDocument:
    pause = MirrorRule(patterns("o.*"), MirrorState.PAUSED, HERE, reason="found paused")
    rest = MirrorRule(patterns("*"), MirrorState.ACTIVE, HERE)
    fields = (("connection", "con"), ("clusterId", cluster), ("link", name))
    rules = (FoundRule(pause, "paused", 1), FoundRule(rest, "these mirror", 0))
    return FoundDocument(Address(Kind.CLUSTER_LINK, name), fields, rules, "told", cluster)


def test_a_source_is_written_as_a_person_would() -> None:
    assert document(source("orders", "public.*", "null")) == (
        "---\n"
        "# told\n"
        "apiVersion: reconciler.dev/v1alpha1\n"
        "kind: Source\n"
        "metadata:\n"
        "  name: orders\n"
        "spec:\n"
        "  connection: kap\n"
        "  source: orders\n"
        "  snapshots:\n"
        "    # 2 topics: why\n"
        '    - topics: ["public.*", "null"]\n'
        "      state: completed\n"
        "      since: 2026-11-20T00:00:00Z\n"
    )


def test_a_link_is_written_as_a_person_would() -> None:
    assert document(link("west")).partition("spec:\n")[2] == (
        "  connection: con\n"
        "  clusterId: lkc-1\n"
        "  link: west\n"
        "  mirrors:\n"
        "    # 1 topic: paused\n"
        '    - topics: ["o.*"]\n'
        "      state: paused\n"
        "      until: never\n"
        "      reason: found paused\n"
        "    # these mirror\n"
        '    - topics: ["*"]\n'
        "      state: active\n"
    )


def test_many_topics_stand_on_a_line_each() -> None:
    names = [f"public.table_{n:02}" for n in range(9)]
    text = document(source("orders", *names))

    assert "    - topics:\n        - public.table_00\n        - public.table_01\n" in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("public.orders", "public.orders"),
        ("found paused", "found paused"),
        ("NULL", '"NULL"'),
        ("off", '"off"'),
        ("1e3", '"1e3"'),
        ("- x", '"- x"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ('say "x\\"', '"say \\"x\\\\\\""'),
        ("é", '"é"'),
        ("*", '"*"'),
        ("", '""'),
    ],
)
def test_only_what_every_reader_takes_for_text_stands_bare(text: str, written: str) -> None:
    assert scalar(text) == written


@given(printable)
def test_every_reader_takes_it_for_that_text(text: str) -> None:
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text]


@given(st.text())
def test_a_remark_never_leaves_its_comment(text: str) -> None:
    lines = comment(text, "  ").splitlines()

    assert [line for line in lines if not line.startswith("  #")] == []


def test_a_long_remark_is_wrapped_and_cut() -> None:
    lines = comment("word " * 100).splitlines()

    assert max(map(len, lines)) <= 97
    assert sum(map(len, lines)) < 260
    assert lines[-1].endswith("…")


def test_files_are_one_per_cluster_and_one_for_sources() -> None:
    found = [source("a", "t"), link("west", "lkc-1"), link("lab", "lkc-1"), link("x", "lkc-2")]
    files = files_of(found, "prod", "intro", "schema.json")

    assert {name: text.count("\n---\n") for name, text in files.items()} == {
        "prod-lkc-1.yaml": 2,
        "prod-lkc-2.yaml": 1,
        "prod-sources.yaml": 1,
    }
    assert files["prod-sources.yaml"].startswith(
        "# yaml-language-server: $schema=schema.json\n#\n# intro\n---\n"
    )


def test_clusters_that_are_spelt_alike_have_files_of_their_own() -> None:
    files = files_of([link("a", "lkc-A"), link("b", "lkc-a")], "prod", "intro")

    assert len(files) == 2
    assert all(name.startswith("prod-lkc-a-") for name in files)


def test_many_sources_are_spread_over_numbered_files() -> None:
    found = [source(f"s{n:03}", "t") for n in range(9 * MOST_DOCUMENTS + 51)]
    files = files_of(found, "prod", "intro")

    assert list(files) == [f"prod-sources-{n:02}.yaml" for n in range(1, 12)]
    assert {text.count("\n---\n") for text in files.values()} == {MOST_DOCUMENTS, 1}


def test_what_would_be_too_much_for_one_file_goes_into_the_next() -> None:
    names = [f"{n:05}{'x' * 240}" for n in range(9000)]
    files = files_of([source(f"s{n}", *names) for n in range(3)], "prod", "intro")

    assert {name: text.count("\n---\n") for name, text in files.items()} == {
        "prod-sources-1.yaml": 1,
        "prod-sources-2.yaml": 1,
        "prod-sources-3.yaml": 1,
    }


def test_many_links_of_a_cluster_share_a_file() -> None:
    files = files_of([link(f"l{n:03}") for n in range(2 * MOST_DOCUMENTS)], "prod", "intro")

    assert list(files) == ["prod-lkc-1.yaml"]


@pytest.mark.parametrize("providers", [(0,), (1,), (0, 1)])
def test_the_first_files_of_a_project_are_valid(tmp_path: Path, providers: tuple[int, ...]) -> None:
    both = [
        NewConnection("kap", ProviderName.STREAMKAP, "https://api.streamkap.com"),
        NewConnection("con", ProviderName.CONFLUENT, "https://pkc-1.confluent.cloud"),
    ]
    chosen = [both[n] for n in providers]
    (tmp_path / "a.yaml").write_text(connections_text(chosen), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(sample_text(chosen), encoding="utf-8")
    found = spec.load([tmp_path], now=SINCE)

    assert {(c.name, c.endpoint) for c in found.connections} == {
        (c.name, c.endpoint) for c in chosen
    }
    assert len(found.sources) + len(found.links) == len(chosen)
    assert found.warnings == ()
