"""What is wrong with a Source and with the topics of its rules."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import CONNECTIONS, complaints, simple, source

CASES = [
    pytest.param(
        simple(target="source: a\n  sourceId: 67ad6e0af08a2365c729ba79"),
        [
            "a.yaml:7:13: Source/s: spec.sourceId: `source` and `sourceId` exclude each other; remove one of the two"
        ],
        id="both-ids",
    ),
    pytest.param(
        simple(target="suspend: {until: 2027-01-01T00:00:00Z}"),
        [
            "a.yaml:5:3: Source/s: spec: neither `source` nor `sourceId` is written; write one of the two"
        ],
        id="no-id",
    ),
    pytest.param(
        simple(target="sourceId: 67ad"),
        [
            "a.yaml:6:13: Source/s: spec.sourceId: expected a Streamkap id, got '67ad'; write its 24 hexadecimal digits, in lower case"
        ],
        id="short-id",
    ),
    pytest.param(
        simple(target="sourceId: 67AD6E0AF08A2365C729BA79"),
        [
            "a.yaml:6:13: Source/s: spec.sourceId: expected a Streamkap id, got '67AD6E0AF08A2365C729BA79'; write its 24 hexadecimal digits, in lower case"
        ],
        id="upper-id",
    ),
    pytest.param(
        simple(target="source: ' a'"),
        [
            "a.yaml:6:11: Source/s: spec.source: expected one line of text, got ' a'; write at least one character, and no blank at either end"
        ],
        id="source-blank",
    ),
    pytest.param(
        simple(target="source: 5"),
        ["a.yaml:6:11: Source/s: spec.source: expected text, got the number 5; put it in quotes"],
        id="source-number",
    ),
    pytest.param(
        simple().replace("  connection: streamkap\n", ""),
        [
            "a.yaml:5:3: Source/s: spec.connection: `connection` is missing; add the name of a Connection"
        ],
        id="no-connection",
    ),
    pytest.param(
        simple().replace("connection: streamkap", "connection: streamcap"),
        [
            "a.yaml:5:15: Source/s: spec.connection: there is no Connection 'streamcap'; did you mean `streamkap`?"
        ],
        id="unknown-connection",
    ),
    pytest.param(
        simple().replace("connection: streamkap", "connection: zzz"),
        [
            "a.yaml:5:15: Source/s: spec.connection: there is no Connection 'zzz'; declare it, or name one that is declared"
        ],
        id="far-connection",
    ),
    pytest.param(
        simple().replace("connection: streamkap", "connection: confluent"),
        [
            "a.yaml:5:15: Source/s: spec.connection: Connection/confluent at b.yaml:8 leads to confluent, but a Source needs streamkap; name a Connection with `provider: streamkap`"
        ],
        id="wrong-connection",
    ),
    pytest.param(
        simple().split("  snapshots")[0],
        ["a.yaml:5:3: Source/s: spec.snapshots: `snapshots` is missing; add `snapshots`"],
        id="no-snapshots",
    ),
    pytest.param(
        simple().split("  snapshots")[0] + "  snapshots: []\n",
        ["a.yaml:7:14: Source/s: spec.snapshots: the list is empty; write at least one item"],
        id="empty-snapshots",
    ),
    pytest.param(
        simple().split("  snapshots")[0] + "  snapshots: {a: b}\n",
        [
            "a.yaml:7:14: Source/s: spec.snapshots: expected a list, got a mapping; write `- item` lines, or `[item, item]`"
        ],
        id="snapshots-mapping",
    ),
    pytest.param(
        simple().split("  snapshots")[0] + "  mirrors: []\n",
        [
            "a.yaml:5:3: Source/s: spec.snapshots: `snapshots` is missing; add `snapshots`",
            "a.yaml:7:3: Source/s: spec.mirrors: unknown field `mirrors`; known here: connection, source, sourceId, snapshots, suspend",
        ],
        id="mirrors-in-source",
    ),
    pytest.param(
        source("- a\n"),
        [
            "a.yaml:8:7: Source/s: spec.snapshots[0]: expected a mapping, got 'a'; write `field: value` lines"
        ],
        id="rule-text",
    ),
    pytest.param(
        source("-\n"),
        [
            "a.yaml:8:6: Source/s: spec.snapshots[0]: no value stands here; write one, or remove the field"
        ],
        id="rule-null",
    ),
    pytest.param(
        source("- state: idle\n"),
        [
            "a.yaml:8:7: Source/s: spec.snapshots[0].topics: `topics` is missing; name at least one topic or glob"
        ],
        id="no-topics",
    ),
    pytest.param(
        source("- {topics: [], state: idle}\n"),
        [
            "a.yaml:8:16: Source/s: spec.snapshots[0].topics: the list is empty; write at least one item"
        ],
        id="empty-topics",
    ),
    pytest.param(
        source("- {topics: a, state: idle}\n"),
        [
            "a.yaml:8:16: Source/s: spec.snapshots[0].topics: expected a list, got 'a'; write `- item` lines, or `[item, item]`"
        ],
        id="topics-text",
    ),
    pytest.param(
        source("- {topics: [a, 5], state: idle}\n"),
        [
            "a.yaml:8:20: Source/s: spec.snapshots[0].topics[1]: expected text, got the number 5; put it in quotes"
        ],
        id="topic-number",
    ),
    pytest.param(
        source("- {topics: ['a, b', ''], state: idle}\n"),
        [
            "a.yaml:8:17: Source/s: spec.snapshots[0].topics[0]: expected the name of one topic, or a glob, got 'a, b'; write one name without blanks per list item",
            "a.yaml:8:25: Source/s: spec.snapshots[0].topics[1]: expected the name of one topic, or a glob, got ''; write one name without blanks per list item",
        ],
        id="topic-blank",
    ),
    pytest.param(
        source("- {topics: [a,~], state: idle}\n"),
        [
            "a.yaml:8:19: Source/s: spec.snapshots[0].topics[1]: no value stands here; write one, or remove the field"
        ],
        id="topic-null",
    ),
    pytest.param(
        source("- {topics: [a, b, a], state: idle}\n"),
        [
            "a.yaml:8:23: Source/s: spec.snapshots[0].topics[2]: 'a' stands in this rule twice, first at a.yaml:8; remove one of the two"
        ],
        id="literal-twice",
    ),
    pytest.param(
        source("- {topics: ['a*', 'a*'], state: idle}\n"),
        [
            "a.yaml:8:23: Source/s: spec.snapshots[0].topics[1]: 'a*' stands in this rule twice, first at a.yaml:8; remove one of the two"
        ],
        id="glob-twice",
    ),
    pytest.param(
        source("- {topics: ['a.*'], state: idle}\n- {topics: [a.b], state: unmanaged}\n"),
        [
            "a.yaml:9:17: Source/s: spec.snapshots[1].topics[0]: 'a.b' never counts here: 'a.*' at a.yaml:8 matches it first; move it before that rule, or remove it"
        ],
        id="shadowed",
    ),
    pytest.param(
        source("- {topics: [a.b], state: idle}\n- {topics: [a.b], state: unmanaged}\n"),
        [
            "a.yaml:9:17: Source/s: spec.snapshots[1].topics[0]: 'a.b' never counts here: 'a.b' at a.yaml:8 matches it first; move it before that rule, or remove it"
        ],
        id="shadowed-literal",
    ),
    pytest.param(
        source("- {topics: ['a.*', '*'], state: idle}\n- {topics: ['a.*'], state: unmanaged}\n"),
        [
            "a.yaml:9:17: Source/s: spec.snapshots[1].topics[0]: 'a.*' never counts here: 'a.*' at a.yaml:8 matches it first; move it before that rule, or remove it"
        ],
        id="shadowed-glob",
    ),
    pytest.param(
        source("- {topics: ['a[b'], state: idle}\n"),
        [
            "a.yaml:8:17: Source/s: spec.snapshots[0].topics[0]: the `[` in 'a[b' is never closed; add `]`, or write `[[]` for the sign itself"
        ],
        id="open-set",
    ),
    *(
        pytest.param(
            source(f"- {{topics: ['{glob}'], state: idle}}\n"),
            [
                f"a.yaml:8:17: Source/s: spec.snapshots[0].topics[0]: the set of signs in '{glob}' is empty; write signs before the `]`, or write `[[]` for the sign `[` itself"
            ],
            id=f"empty-set-{glob}",
        )
        for glob in ("[]", "a[]b", "[!]", "[ab][]")
    ),
    pytest.param(
        source("- {topics: ['[]a]', '[!]]', '[[]'], state: idle}\n"),
        [],
        id="a-set-with-its-own-signs",
    ),
    pytest.param(
        source(
            "- {topics: [], state: completed, sinc: 1, type: blocking, filter: a}\n- {topics: [a], state: idle, since: x}\n- {topics: [a], state: nope}\n",
            target="source: a\n  sourceId: b",
        ),
        [
            "a.yaml:7:13: Source/s: spec.sourceId: `source` and `sourceId` exclude each other; remove one of the two",
            "a.yaml:7:13: Source/s: spec.sourceId: expected a Streamkap id, got 'b'; write its 24 hexadecimal digits, in lower case",
            "a.yaml:9:16: Source/s: spec.snapshots[0].topics: the list is empty; write at least one item",
            "a.yaml:9:38: Source/s: spec.snapshots[0].sinc: unknown field `sinc`; did you mean `since`?",
            "a.yaml:9:71: Source/s: spec.snapshots[0].filter: `filter` does not go with `type: blocking`; remove it, or read with `type: incremental`",
            "a.yaml:10:34: Source/s: spec.snapshots[1].since: `since` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:11:17: Source/s: spec.snapshots[2].topics[0]: 'a' never counts here: 'a' at a.yaml:10 matches it first; move it before that rule, or remove it",
            "a.yaml:11:28: Source/s: spec.snapshots[2].state: unknown state 'nope'; write `completed`, `idle` or `unmanaged`",
        ],
        id="everything",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected
