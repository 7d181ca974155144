"""What is wrong with the level that a snapshot rule asks for."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import CONNECTIONS, complaints, completed, not_completed, source

CASES = [
    pytest.param(
        source("- {topics: [a]}\n"),
        [
            "a.yaml:8:7: Source/s: spec.snapshots[0].state: `state` is missing; say which state the topics shall have"
        ],
        id="no-state",
    ),
    pytest.param(
        source("- {topics: [a], state: complete}\n"),
        [
            "a.yaml:8:28: Source/s: spec.snapshots[0].state: unknown state 'complete'; did you mean `completed`?"
        ],
        id="state-unknown",
    ),
    pytest.param(
        source("- {topics: [a], state: complete, since: 2026-11-20, fliter: x}\n"),
        [
            "a.yaml:8:28: Source/s: spec.snapshots[0].state: unknown state 'complete'; did you mean `completed`?",
            "a.yaml:8:45: Source/s: spec.snapshots[0].since: expected a time, got the date '2026-11-20'; add a time of day and a zone, such as 2026-11-20T00:00:00Z",
            "a.yaml:8:57: Source/s: spec.snapshots[0].fliter: unknown field `fliter`; did you mean `filter`?",
        ],
        id="errors-behind-an-unknown-state",
    ),
    pytest.param(
        source("- {topics: [a], state: paused}\n"),
        [
            "a.yaml:8:28: Source/s: spec.snapshots[0].state: unknown state 'paused'; write `completed`, `idle` or `unmanaged`"
        ],
        id="state-far",
    ),
    pytest.param(
        source("- {topics: [a], state: 5}\n"),
        [
            "a.yaml:8:28: Source/s: spec.snapshots[0].state: expected `completed`, `idle` or `unmanaged`, got the number 5; write one of these words"
        ],
        id="state-number",
    ),
    pytest.param(
        source("- {topics: [a], state: [idle]}\n"),
        [
            "a.yaml:8:28: Source/s: spec.snapshots[0].state: expected `completed`, `idle` or `unmanaged`, got a list; write one of these words"
        ],
        id="state-list",
    ),
    pytest.param(
        source("- {topics: [a], state: completed}\n"),
        [
            "a.yaml:8:7: Source/s: spec.snapshots[0]: neither `since` nor `maxAge` is written; write one of the two"
        ],
        id="neither-since",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nmaxAge: 7d"),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].maxAge: `since` and `maxAge` exclude each other; remove one of the two"
        ],
        id="both-since",
    ),
    pytest.param(
        completed("since: 2026-11-20"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: expected a time, got the date '2026-11-20'; add a time of day and a zone, such as 2026-11-20T00:00:00Z"
        ],
        id="date",
    ),
    pytest.param(
        completed("since: 2026-11-20T00:00:00"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: the time '2026-11-20T00:00:00' has no zone; add `Z` for UTC, or an offset such as `+02:00`"
        ],
        id="no-zone",
    ),
    pytest.param(
        completed("since: '2026-11-20 00:00'"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: the time '2026-11-20 00:00' has no zone; add `Z` for UTC, or an offset such as `+02:00`"
        ],
        id="no-zone-space",
    ),
    pytest.param(
        completed("since: 2026-02-30T00:00:00Z"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: there is no such time as '2026-02-30T00:00:00Z'; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="no-such",
    ),
    pytest.param(
        completed("since: 2026-02-03T25:00:00Z"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: there is no such time as '2026-02-03T25:00:00Z'; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="hour25",
    ),
    pytest.param(
        completed("since: 0001-01-01T00:00:00+10:00"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: there is no such time as '0001-01-01T00:00:00+10:00'; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="edge",
    ),
    pytest.param(
        completed("since: yesterday"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: expected a time, got 'yesterday'; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="time-words",
    ),
    pytest.param(
        completed("since: 1700000000"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: expected a time, got the number 1700000000; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="time-number",
    ),
    pytest.param(
        completed("since: [a]"),
        [
            "a.yaml:10:14: Source/s: spec.snapshots[0].since: expected a time, got a list; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="time-list",
    ),
    pytest.param(
        completed("maxAge: 30m"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: the duration '30m' is too short; write 1h or more"
        ],
        id="max-age-short",
    ),
    pytest.param(
        completed("maxAge: a week"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got 'a week'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-words",
    ),
    pytest.param(
        completed("maxAge: 30m1h"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got '30m1h'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-order",
    ),
    pytest.param(
        completed("maxAge: ''"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got ''; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-empty",
    ),
    pytest.param(
        completed("maxAge: -1d"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got '-1d'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-neg",
    ),
    pytest.param(
        completed("maxAge: 1w"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got '1w'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-week",
    ),
    pytest.param(
        completed("maxAge: 9999999d"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: the duration '9999999d' is longer than ten years; write a shorter one"
        ],
        id="max-age-huge",
    ),
    pytest.param(
        completed("maxAge: 1.5h"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got '1.5h'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-float",
    ),
    pytest.param(
        completed("maxAge: 7"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: expected a duration, got the number 7; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="max-age-number",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\ndeadline: 0s"),
        [
            "a.yaml:11:17: Source/s: spec.snapshots[0].deadline: the duration '0s' is too short; write 1s or more"
        ],
        id="deadline-zero",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\ntype: incremntal"),
        [
            "a.yaml:11:13: Source/s: spec.snapshots[0].type: unknown type 'incremntal'; did you mean `incremental`?"
        ],
        id="type",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\ntype: blocking\nfilter: a = 1\nsurrogateKey: id"),
        [
            "a.yaml:12:15: Source/s: spec.snapshots[0].filter: `filter` does not go with `type: blocking`; remove it, or read with `type: incremental`",
            "a.yaml:13:21: Source/s: spec.snapshots[0].surrogateKey: `surrogateKey` does not go with `type: blocking`; remove it, or read with `type: incremental`",
        ],
        id="blocking",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nfilter: ''"),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].filter: expected text, got ''; write it, or remove the field"
        ],
        id="filter-empty",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nfilter: [a]"),
        [
            "a.yaml:11:15: Source/s: spec.snapshots[0].filter: expected text, got a list; write one text"
        ],
        id="filter-list",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: {retry: 0}"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-0",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: {retry: 11}"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-11",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: retry"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-word",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: {}"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-empty",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: {retry: 3, wait: 5s}"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-more",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonFailure: 3"),
        [
            "a.yaml:11:18: Source/s: spec.snapshots[0].onFailure: expected `hold` or `{retry: n}` with n from 1 to 10; write one of the two"
        ],
        id="retry-number",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nonCancel: retry"),
        [
            "a.yaml:11:17: Source/s: spec.snapshots[0].onCancel: unknown onCancel 'retry'; did you mean `restart`?"
        ],
        id="on-cancel",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nallowSourceWide: true"),
        [
            "a.yaml:11:7: Source/s: spec.snapshots[0].allowSourceWide: `allowSourceWide` does not go with `state: completed`; remove it; it goes with `state: idle`"
        ],
        id="completed-wide",
    ),
    pytest.param(
        not_completed(
            "idle",
            "since: 2026-01-01T00:00:00Z\nmaxAge: 7d\ntype: blocking\nfilter: a\nsurrogateKey: a\nonFailure: hold\nonCancel: hold\ndeadline: 1h",
        ),
        [
            "a.yaml:10:7: Source/s: spec.snapshots[0].since: `since` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:11:7: Source/s: spec.snapshots[0].maxAge: `maxAge` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:12:7: Source/s: spec.snapshots[0].type: `type` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:13:7: Source/s: spec.snapshots[0].filter: `filter` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:14:7: Source/s: spec.snapshots[0].surrogateKey: `surrogateKey` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:15:7: Source/s: spec.snapshots[0].onFailure: `onFailure` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:16:7: Source/s: spec.snapshots[0].onCancel: `onCancel` does not go with `state: idle`; remove it; it goes with `state: completed`",
            "a.yaml:17:7: Source/s: spec.snapshots[0].deadline: `deadline` does not go with `state: idle`; remove it; it goes with `state: completed`",
        ],
        id="idle-extras",
    ),
    pytest.param(
        not_completed("unmanaged", "since: 2026-01-01T00:00:00Z\nallowSourceWide: true"),
        [
            "a.yaml:10:7: Source/s: spec.snapshots[0].since: `since` does not go with `state: unmanaged`; remove it; it goes with `state: completed`",
            "a.yaml:11:7: Source/s: spec.snapshots[0].allowSourceWide: `allowSourceWide` does not go with `state: unmanaged`; remove it; it goes with `state: idle`",
        ],
        id="unmanaged-extras",
    ),
    pytest.param(
        not_completed("idle", "until: never"),
        [
            "a.yaml:10:7: Source/s: spec.snapshots[0].until: unknown field `until`; known here: topics, state, allowSourceWide"
        ],
        id="until-in-source",
    ),
    pytest.param(
        completed("sinc: 2026-01-01T00:00:00Z"),
        [
            "a.yaml:10:7: Source/s: spec.snapshots[0].sinc: unknown field `sinc`; did you mean `since`?",
        ],
        id="near-field",
    ),
    pytest.param(
        completed("maxage: 7d"),
        [
            "a.yaml:10:7: Source/s: spec.snapshots[0].maxage: unknown field `maxage`; did you mean `maxAge`?",
        ],
        id="a-field-in-another-case",
    ),
    pytest.param(
        completed("maxAge: 999999999999d"),
        [
            "a.yaml:10:15: Source/s: spec.snapshots[0].maxAge: the duration '999999999999d' is longer than ten years; write a shorter one",
        ],
        id="a-huge-age",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z").replace("state: completed", "State: completed"),
        [
            "a.yaml:8:7: Source/s: spec.snapshots[0].state: unknown field `State`; did you mean `state`?",
        ],
        id="state-in-another-case",
    ),
    pytest.param(
        completed("since: 2026-01-01T00:00:00Z\nzzz: 1"),
        [
            "a.yaml:11:7: Source/s: spec.snapshots[0].zzz: unknown field `zzz`; known here: topics, state, since, maxAge, spread, type, filter, surrogateKey, onFailure, onCancel, deadline"
        ],
        id="far-field",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected
