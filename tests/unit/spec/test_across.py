"""What only all documents together can say: names, connections, topics claimed twice."""

from itertools import permutations
from pathlib import Path

import pytest

from reconciler.errors import SpecInvalid
from reconciler.model.address import Address, Kind
from reconciler.spec import load
from tests.unit.spec.writing import (
    AUTH,
    CONNECTIONS,
    NOW,
    account,
    complaints,
    connection,
    link,
    load_files,
    simple,
    source,
)

ADVICE = "leave it to one of them; an `unmanaged` rule above gives topics away"
BASE = CONNECTIONS.removesuffix("---\n")


def team(name: str, *rules: str, target: str = "source: orders") -> str:
    return source("".join(f"- {rule}\n" for rule in rules), name=name, target=target)


def test_a_name_may_stand_once_per_kind(tmp_path: Path):
    files = {"a.yaml": simple(), "b.yaml": BASE, "c.yaml": simple(target="source: other")}

    assert complaints(tmp_path, files) == [
        f"c.yaml:3:18: Source/s: metadata.name: Source/s is declared twice, first at {tmp_path}/a.yaml:3; "
        "rename or remove one of the two".replace(f"{tmp_path}/", "")
    ]


def test_two_kinds_may_share_a_name(tmp_path: Path):
    files = {
        "a.yaml": simple(name="x"),
        "b.yaml": BASE,
        "c.yaml": link("- {topics: [a], state: active}\n", name="x"),
    }

    assert complaints(tmp_path, files) == []


def test_a_missing_connection_is_not_reported_while_a_document_cannot_be_read(tmp_path: Path):
    """It may be the very document that declares it."""
    files = {"a.yaml": simple(), "b.yaml": "kind: [\n"}

    assert complaints(tmp_path, files) == [
        (
            "b.yaml:2:1: not YAML: a list `[` or mapping `{` is not closed, or a value is missing; "
            "close it, or put the value in quotes"
        )
    ]


def test_a_connection_of_an_unknown_vendor_is_told_once(tmp_path: Path):
    text = account("", provider="debezium").replace("name: c", "name: streamkap")
    files = {"a.yaml": simple(), "b.yaml": text}

    assert [line.split(": ")[2] for line in complaints(tmp_path, files)] == ["spec.provider"]


def test_a_connection_with_errors_still_exists(tmp_path: Path):
    files = {
        "a.yaml": simple(),
        "b.yaml": account("lag: 1\n").replace("name: c", "name: streamkap"),
    }

    assert [line.split(": ")[1] for line in complaints(tmp_path, files)] == ["Connection/streamkap"]


CLAIMS = [
    pytest.param(
        ["{topics: [a, b], state: idle}"],
        ["{topics: [c, b], state: idle}"],
        [
            (
                "b.yaml:8:20: Source/two: spec.snapshots[0].topics[1]: 'b' is claimed by two documents: "
                "here, and by 'b' of Source/one at a.yaml:8"
            )
        ],
        id="literal-and-literal",
    ),
    pytest.param(
        ["{topics: ['a.*'], state: idle}"],
        ["{topics: [b, a.x], state: idle}"],
        [
            (
                "b.yaml:8:20: Source/two: spec.snapshots[0].topics[1]: 'a.x' is claimed by two documents: "
                "here, and by 'a.*' of Source/one at a.yaml:8"
            )
        ],
        id="glob-and-literal",
    ),
    pytest.param(
        ["{topics: [a.x, a.y, b], state: idle}"],
        ["{topics: ['a.*'], state: idle}"],
        [
            (
                "b.yaml:8:17: Source/two: spec.snapshots[0].topics[0]: 'a.x' (and 1 more) is claimed by two "
                "documents: here, and by 'a.x' of Source/one at a.yaml:8"
            )
        ],
        id="literals-and-glob",
    ),
    pytest.param(
        ["{topics: ['a.*'], state: idle}"],
        ["{topics: ['a.*'], state: idle}"],
        [
            (
                "b.yaml:8:17: Source/two: spec.snapshots[0].topics[0]: 'a.*' is claimed by two documents: "
                "here, and by 'a.*' of Source/one at a.yaml:8"
            )
        ],
        id="one-glob",
    ),
    pytest.param(["{topics: [a], state: idle}"], ["{topics: [b], state: idle}"], [], id="apart"),
    pytest.param(
        ["{topics: ['a*'], state: idle}"], ["{topics: ['*b'], state: idle}"], [], id="two-globs"
    ),
    pytest.param(
        ["{topics: [a.x], state: unmanaged}", "{topics: ['a.*'], state: idle}"],
        ["{topics: [a.x], state: idle}"],
        [],
        id="given-away",
    ),
    pytest.param(
        ["{topics: ['a.*'], state: unmanaged}", "{topics: [b], state: idle}"],
        ["{topics: ['a.*'], state: idle}"],
        [],
        id="glob-given-away",
    ),
    pytest.param(
        ["{topics: [a], state: unmanaged}"], ["{topics: [a], state: unmanaged}"], [], id="unmanaged"
    ),
    pytest.param(
        ["{topics: ['*'], state: idle}"],
        ["{topics: [a.x], state: unmanaged}", "{topics: ['a.*'], state: idle}"],
        [],
        id="unmanaged-literal-under-a-glob",
    ),
]


@pytest.mark.parametrize(("one", "two", "expected"), CLAIMS)
def test_a_topic_is_claimed_by_one_document(
    tmp_path: Path, one: list[str], two: list[str], expected: list[str]
):
    files = {"a.yaml": team("one", *one), "b.yaml": team("two", *two), "c.yaml": BASE}

    assert complaints(tmp_path, files) == [f"{line}; {ADVICE}" for line in expected]


def test_three_documents_are_told_at_the_later_places(tmp_path: Path):
    rule = "{topics: [a], state: idle}"
    files = {
        "a.yaml": team("one", rule),
        "b.yaml": team("two", rule),
        "c.yaml": team("three", rule),
        "d.yaml": BASE,
    }

    assert [line.split(":")[0] for line in complaints(tmp_path, files)] == ["b.yaml", "c.yaml"]


def test_errors_elsewhere_do_not_hide_a_double_claim(tmp_path: Path):
    rule = "{topics: [a], state: idle, nope: 1}"
    files = {"a.yaml": team("one", rule), "b.yaml": team("two", rule), "c.yaml": BASE}

    assert [line.split(": ")[2] for line in complaints(tmp_path, files)] == [
        "spec.snapshots[0].nope",
        "spec.snapshots[0].topics[0]",
        "spec.snapshots[0].nope",
    ]


TARGETS = [
    pytest.param("source: a", "source: a", True, id="same-name"),
    pytest.param("source: a", "source: b", False, id="other-name"),
    pytest.param(f"sourceId: {'1' * 23}a", f"sourceId: {'1' * 23}a", True, id="same-id"),
    pytest.param(f"sourceId: {'1' * 23}a", f"sourceId: {'2' * 23}a", False, id="other-id"),
]


@pytest.mark.parametrize(("one", "two", "is_error"), TARGETS)
def test_documents_meet_on_the_servers_identity(
    tmp_path: Path, one: str, two: str, *, is_error: bool
):
    rule = "{topics: [a], state: idle}"
    files = {"a.yaml": team("one", rule, target=one), "b.yaml": team("two", rule, target=two)}

    assert bool(complaints(tmp_path, files | {"c.yaml": BASE})) is is_error


@pytest.mark.parametrize(
    ("cluster", "is_error"), [("lkc-1", True), ("lkc-2", False)], ids=["same", "other"]
)
def test_links_meet_on_cluster_and_name(tmp_path: Path, cluster: str, *, is_error: bool):
    rule = "- {topics: [a], state: active}\n"
    files = {
        "a.yaml": link(rule, name="one"),
        "b.yaml": link(rule, name="two", target=f"clusterId: {cluster}"),
        "c.yaml": BASE,
    }

    assert bool(complaints(tmp_path, files)) is is_error


URL = "https://api.streamkap.com"
PINS = [
    pytest.param("", "", True, id="none"),
    pytest.param("project: p1\n", "project: p1\n", True, id="same"),
    pytest.param("project: p1\n", "project: p2\n", False, id="apart"),
    pytest.param("project: p1\n", "", True, id="one-only"),
]


@pytest.mark.parametrize(("one", "two", "is_error"), PINS)
def test_two_connections_to_one_endpoint_are_one_account_unless_pinned_apart(
    tmp_path: Path, one: str, two: str, *, is_error: bool
):
    accounts = [account(f"{AUTH}\n{one}", URL), account(f"{AUTH}\n{two}", f"{URL}/")]
    names = ["streamkap", "other"]
    files = {
        f"{name}.yaml": text.replace("name: c", f"name: {name}")
        for name, text in zip(names, accounts, strict=True)
    }
    rule = "{topics: [a], state: idle}"
    files["x.yaml"] = team("one", rule)
    files["y.yaml"] = team("two", rule).replace("connection: streamkap", "connection: other")

    assert bool(complaints(tmp_path, files)) is is_error


def test_pinned_documents_meet_beside_others(tmp_path: Path):
    """The first claim of a topic is not the only one that counts."""
    files = {
        f"{name}.yaml": account(f"{AUTH}\nproject: {pin}\n", URL).replace(
            "name: c", f"name: {name}"
        )
        for name, pin in (("c1", "p1"), ("c2", "p2"))
    }
    for name, used in (("one", "c1"), ("two", "c2"), ("zwei", "c2")):
        text = team(name, "{topics: [a], state: idle}")
        files[f"x-{name}.yaml"] = text.replace("connection: streamkap", f"connection: {used}")

    assert [line.split(": ")[1] for line in complaints(tmp_path, files)] == ["Source/zwei"]


def test_a_connection_that_nobody_uses_is_a_warning(tmp_path: Path):
    desired = load_files(
        tmp_path, {"a.yaml": connection("provider: streamkap\nendpoint: sandbox\n")}
    )

    assert desired.warnings == (
        (
            f"{tmp_path}/a.yaml:3:18: Connection/c: metadata.name: no document uses this connection; "
            "remove it, or name it in a document"
        ),
    )


@pytest.mark.parametrize(
    ("since", "count"),
    [("2027-02-20T00:00:00Z", 0), ("2027-02-20T00:00:01Z", 1)],
    ids=["90", "more"],
)
def test_a_since_far_ahead_is_a_warning(tmp_path: Path, since: str, count: int):
    rule = f"- {{topics: [a], state: completed, since: {since}}}\n"
    files = {"a.yaml": CONNECTIONS + source(rule)}
    place = f"{tmp_path}/a.yaml:18:7: Source/s: spec.snapshots[0].since: "
    words = f"{since} is more than 90 days ahead; nothing happens until then; check the year"

    warnings = [item for item in load_files(tmp_path, files).warnings if "90 days" in item]

    assert warnings == [place + words] * count


def test_the_order_of_files_does_not_matter(tmp_path: Path):
    texts = {
        "a.yaml": simple(name="b"),
        "b.yaml": BASE,
        "c.yml": simple(name="a", target="source: z"),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    found = {
        load(list(order), now=NOW) for order in permutations(tmp_path / name for name in texts)
    }

    assert [item.address for desired in found for item in desired.sources] == [
        Address(Kind.SOURCE, "a"),
        Address(Kind.SOURCE, "b"),
    ]


def test_the_order_of_files_does_not_matter_for_errors(tmp_path: Path):
    texts = {"a.yaml": simple(), "b.yaml": simple(), "c.yaml": simple(target="source: 5")}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    found = set()

    for order in permutations(tmp_path / name for name in texts):
        with pytest.raises(SpecInvalid) as caught:
            load(list(order), now=NOW)
        found.add(caught.value.diagnostics)

    assert len(found) == 1
