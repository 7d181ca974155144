"""What is wrong with a ClusterLink."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import CONNECTIONS, complaints, link, mirror

CASES = [
    pytest.param(
        mirror("state: paused"),
        [
            "a.yaml:9:7: ClusterLink/l: spec.mirrors[0].until: `until` is missing; say when the pause ends: a time, or `never`"
        ],
        id="no-until",
    ),
    pytest.param(
        mirror("state: paused\nuntil: forever"),
        [
            "a.yaml:11:14: ClusterLink/l: spec.mirrors[0].until: expected a time, got 'forever'; write an RFC 3339 time such as 2026-11-20T00:00:00Z, or `never`"
        ],
        id="until-word",
    ),
    pytest.param(
        mirror("state: paused\nuntil: 2026-12-01"),
        [
            "a.yaml:11:14: ClusterLink/l: spec.mirrors[0].until: expected a time, got the date '2026-12-01'; add a time of day and a zone, such as 2026-12-01T00:00:00Z, or `never`"
        ],
        id="until-date",
    ),
    pytest.param(
        mirror("state: paused\nuntil:"),
        ["a.yaml:11:13: ClusterLink/l: spec.mirrors[0].until: no value stands here; write one"],
        id="until-null",
    ),
    pytest.param(
        mirror("state: active\nuntil: never"),
        [
            "a.yaml:11:7: ClusterLink/l: spec.mirrors[0].until: `until` does not go with `state: active`; remove it; it goes with `state: paused`"
        ],
        id="until-active",
    ),
    pytest.param(
        mirror("state: unmanaged\nuntil: never\ndeadline: 1h"),
        [
            "a.yaml:11:7: ClusterLink/l: spec.mirrors[0].until: `until` does not go with `state: unmanaged`; remove it; it goes with `state: paused`",
            "a.yaml:12:7: ClusterLink/l: spec.mirrors[0].deadline: `deadline` does not go with `state: unmanaged`; remove it; it goes with `state: paused` or `state: active`",
        ],
        id="until-unmanaged",
    ),
    pytest.param(
        mirror("state: active\nsince: 2026-01-01T00:00:00Z"),
        [
            "a.yaml:11:7: ClusterLink/l: spec.mirrors[0].since: unknown field `since`; known here: topics, state, reason, deadline"
        ],
        id="since",
    ),
    pytest.param(
        mirror("state: pause"),
        [
            "a.yaml:9:7: ClusterLink/l: spec.mirrors[0].until: `until` is missing; say when the pause ends: a time, or `never`",
            "a.yaml:10:14: ClusterLink/l: spec.mirrors[0].state: unknown state 'pause'; did you mean `paused`?",
        ],
        id="state",
    ),
    pytest.param(
        mirror("state: completed"),
        [
            "a.yaml:10:14: ClusterLink/l: spec.mirrors[0].state: unknown state 'completed'; write `paused`, `active` or `unmanaged`"
        ],
        id="state-far",
    ),
    pytest.param(
        mirror("state: active\nreason: 5"),
        [
            "a.yaml:11:15: ClusterLink/l: spec.mirrors[0].reason: expected text, got the number 5; put it in quotes"
        ],
        id="reason",
    ),
    pytest.param(
        mirror("state: active\ndeadline: soon"),
        [
            "a.yaml:11:17: ClusterLink/l: spec.mirrors[0].deadline: expected a duration, got 'soon'; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="deadline",
    ),
    pytest.param(
        link("- {topics: [a], state: active}\n", target="clusterId: 'lkc 1'"),
        [
            "a.yaml:6:14: ClusterLink/l: spec.clusterId: expected a cluster id, got 'lkc 1'; write an id such as lkc-abc123"
        ],
        id="cluster",
    ),
    pytest.param(
        link("- {topics: [a], state: active}\n", target="labels: {}"),
        [
            "a.yaml:5:3: ClusterLink/l: spec.clusterId: `clusterId` is missing; add `clusterId`",
            "a.yaml:6:3: ClusterLink/l: spec.labels: unknown field `labels`; known here: connection, clusterId, link, mirrors, suspend",
        ],
        id="no-cluster",
    ),
    pytest.param(
        link("").replace("mirrors:\n", "mirrors: []\n"),
        ["a.yaml:8:12: ClusterLink/l: spec.mirrors: the list is empty; write at least one item"],
        id="empty-mirrors",
    ),
    pytest.param(
        link("- {topics: [a], state: active}\n").replace(
            "connection: confluent", "connection: streamkap"
        ),
        [
            "a.yaml:5:15: ClusterLink/l: spec.connection: Connection/streamkap at b.yaml:3 leads to streamkap, but a ClusterLink needs confluent; name a Connection with `provider: confluent`"
        ],
        id="wrong-connection",
    ),
    pytest.param(
        link("- {topics: ['*'], state: active}\n- {topics: [b], state: paused, until: never}\n"),
        [
            "a.yaml:10:17: ClusterLink/l: spec.mirrors[1].topics[0]: 'b' never counts here: '*' at a.yaml:9 matches it first; move it before that rule, or remove it"
        ],
        id="shadowed",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected
