"""What readers of YAML understand in different ways is an error, and so is what is too large."""

from pathlib import Path

import pytest

from reconciler.spec import composing, loading
from tests.unit.spec.writing import CONNECTIONS, complaints, completed, simple, source

CASES = [
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nkind: Source\nmetadata: {name: s}\nspec: {connection: streamkap, source: o, snapshots: [{topics: [a], state: idle, state: idle}]}\n",
        [
            "a.yaml:3:1: Source/s: kind: `kind` stands here twice, first at line 2, column 1; remove one of the two",
            "a.yaml:5:81: Source/s: spec.snapshots[0].state: `state` stands here twice, first at line 5, column 68; remove one of the two",
        ],
        id="duplicate-key",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nfilter: yes"),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].filter: `yes` is a truth value to some readers of YAML and a word to others; write true or false, or put the word in quotes"
        ],
        id="old-truth-as-word",
    ),
    pytest.param(
        source("- topics: [a]\n  state: idle\n  allowSourceWide: on\n"),
        [
            "a.yaml:10:24: Source/s: spec.snapshots[0].allowSourceWide: `on` is a truth value to some readers of YAML and a word to others; write true or false, or put the word in quotes"
        ],
        id="old-truth-as-truth",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {name: s, labels: {no: b}}\nspec: {connection: streamkap, source: o, snapshots: [{topics: [a], state: idle}]}\n",
        [
            "a.yaml:3:30: Source/s: metadata.labels: `no` is a truth value to some readers of YAML and a word to others; write true or false, or put the word in quotes"
        ],
        id="old-truth-as-key",
    ),
    pytest.param(
        simple(name="s, labels: {tier: 010}"),
        [
            "a.yaml:3:36: Source/s: metadata.labels.tier: readers of YAML disagree which number `010` is, or whether it is one; put it in quotes if text is meant; else write plain decimal digits"
        ],
        id="octal",
    ),
    pytest.param(
        simple(name="s, labels: {tier: 1_000}"),
        [
            "a.yaml:3:36: Source/s: metadata.labels.tier: readers of YAML disagree which number `1_000` is, or whether it is one; put it in quotes if text is meant; else write plain decimal digits"
        ],
        id="underscored",
    ),
    pytest.param(
        completed("maxAge: 1:30:00"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: readers of YAML disagree which number `1:30:00` is, or whether it is one; put it in quotes if text is meant; else write plain decimal digits"
        ],
        id="sexagesimal",
    ),
    pytest.param(
        simple(target="sourceId: 671234567890123456789e12"),
        [
            "a.yaml:6:13: Source/s: spec.sourceId: readers of YAML disagree which number `671234567890123456789e12` is, or whether it is one; put it in quotes if text is meant; else write plain decimal digits"
        ],
        id="exponent-id",
    ),
    pytest.param(
        simple(target="sourceId: 671234567890123456789012"),
        [
            "a.yaml:6:13: Source/s: spec.sourceId: readers of YAML disagree which number `671234567890123456789012` is, or whether it is one; put it in quotes if text is meant; else write plain decimal digits"
        ],
        id="digits-id",
    ),
    pytest.param(
        simple(name="s, labels: {tier: 1}"),
        [
            "a.yaml:3:36: Source/s: metadata.labels.tier: expected text, got the number 1; put it in quotes"
        ],
        id="number-as-text",
    ),
    pytest.param(
        simple(name="s, labels: {tier: true}"),
        [
            "a.yaml:3:36: Source/s: metadata.labels.tier: expected text, got the truth value true; put it in quotes"
        ],
        id="truth-as-text",
    ),
    pytest.param(
        source("- topics: [a]\n  state: idle\n  allowSourceWide: 'true'\n"),
        [
            "a.yaml:10:24: Source/s: spec.snapshots[0].allowSourceWide: expected a truth value, got 'true'; write true or false, without quotes"
        ],
        id="text-as-truth",
    ),
    pytest.param(
        completed("since:"),
        [
            "a.yaml:10:13: Source/s: spec.snapshots[0].since: no value stands here; write one, or remove the field"
        ],
        id="no-value",
    ),
    pytest.param(
        completed("since: ~"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: no value stands here; write one, or remove the field"
        ],
        id="null",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {name: s}\nspec:\n  connection: streamkap\n  source: o\n  snapshots:\n    - &base {topics: [a], state: idle}\n    - <<: *base\n      topics: [b]\n      state: idle\n",
        [
            "a.yaml:9:7: Source/s: spec.snapshots[1]: merge keys `<<` are not supported; write the fields out; an alias for a whole value works"
        ],
        id="merge-key",
    ),
    pytest.param(
        completed("since: !!timestamp 2026-01-01T00:00:00Z"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: tags such as `!name` are not used here; remove the tag"
        ],
        id="tag",
    ),
    pytest.param(
        "!foo\nkind: Source\n",
        ["a.yaml:1:1: tags such as `!name` are not used here; remove the tag"],
        id="tag-on-mapping",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\n? [a]\n: b"),
        [
            "a.yaml:11:9: Source/s: spec.snapshots[0]: a field name must be plain text; write `name: value`"
        ],
        id="list-key",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\n1: b"),
        [
            "a.yaml:11:7: Source/s: spec.snapshots[0]: a field name must be text, got the number 1; put the name in quotes"
        ],
        id="number-key",
    ),
    pytest.param(
        completed('since: 2026-01-01T00:00:00Z\nfilter: "a\\e[2K"'),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].filter: the text holds the invisible character U+001B; remove it"
        ],
        id="hidden-sign",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nfilter: a\u202eb"),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].filter: the text holds the invisible character U+202E; remove it"
        ],
        id="direction-sign",
    ),
    pytest.param(
        "a: " + "[" * 200 + "]" * 200 + "\n",
        [
            "a.yaml:1:103: the document is nested deeper than 100 levels; write it flatter; check aliases and brackets"
        ],
        id="deep",
    ),
    pytest.param(
        "a: " + "[" * 100000,
        [
            "a.yaml:1:103: the document is nested deeper than 100 levels; write it flatter; check aliases and brackets"
        ],
        id="very-deep",
    ),
    pytest.param(
        "- " * 100000 + "a\n",
        [
            "a.yaml:1:201: the document is nested deeper than 100 levels; write it flatter; check aliases and brackets"
        ],
        id="very-deep-block",
    ),
    pytest.param(
        "kind: &a [*a]\n",
        [
            "a.yaml:1:7: the document is nested deeper than 100 levels; write it flatter; check aliases and brackets"
        ],
        id="recursive",
    ),
    pytest.param(
        "kind: a\n"
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)),
        [
            "a.yaml:2:12: the file holds more than a million values, aliases counted each time; split it into several files"
        ],
        id="bomb",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected


def test_a_document_with_too_many_values_is_not_composed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(composing, "MAX_NODES", 3000)
    files = {"a.yaml": f"a: [{'b,' * 3000}]\n---\nkind: Nope\n"}

    assert complaints(tmp_path, files) == [
        "a.yaml:1:5999: the file holds more than a million values, aliases counted each time; split it into several files",
        "a.yaml:3:1: apiVersion: `apiVersion` is missing; write `reconciler.dev/v1alpha1`",
        "a.yaml:3:7: kind: unknown kind 'Nope'; write `Connection`, `Source`, `ClusterLink` or `Policy`",
    ]


def test_many_documents_share_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loading, "MAX_NODES", 20)
    files = {"a.yaml": CONNECTIONS + "kind: Nope\n"}

    assert complaints(tmp_path, files) == [
        "a.yaml:8:11: the file holds more than a million values, aliases counted each time; split it into several files"
    ]


def test_a_large_document_may_be_broken_too(tmp_path: Path):
    files = {"a.yaml": f"a: [{'b,' * 3000}\n"}

    assert complaints(tmp_path, files) == [
        "a.yaml:2:1: not YAML: a list `[` or mapping `{` is not closed, or a value is missing; close it, or put the value in quotes"
    ]


def test_a_large_document_may_be_good(tmp_path: Path):
    topics = ", ".join(f"t{number}" for number in range(3000))
    files = {"a.yaml": CONNECTIONS + source(f"- {{topics: [{topics}], state: idle}}\n")}

    assert complaints(tmp_path, files) == []
