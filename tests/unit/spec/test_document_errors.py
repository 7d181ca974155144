"""What is wrong with the fields that all kinds share."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import CONNECTIONS, complaints, simple

CASES = [
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nmetadata: {name: a}\nspec: {}\n",
        [
            "a.yaml:1:1: kind: `kind` is missing; write `Connection`, `Source`, `ClusterLink` or `Policy`"
        ],
        id="no-kind",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Sourc\nmetadata: {name: a}\nspec: {}\n",
        ["a.yaml:2:7: kind: unknown kind 'Sourc'; did you mean `Source`?"],
        id="unknown-kind",
    ),
    pytest.param(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        [
            "a.yaml:1:13: apiVersion: unknown apiVersion 'v1'; write `reconciler.dev/v1alpha1`",
            "a.yaml:2:7: kind: unknown kind 'ConfigMap'; write `Connection`, `Source`, `ClusterLink` or `Policy`",
        ],
        id="far-kind",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: clusterlink\n",
        ["a.yaml:2:7: kind: unknown kind 'clusterlink'; did you mean `ClusterLink`?"],
        id="kind-case",
    ),
    pytest.param(
        "apiversion: reconciler.dev/v1alpha1\nKind: Source\n",
        [
            "a.yaml:1:1: apiversion: unknown field `apiversion`; did you mean `apiVersion`?",
            "a.yaml:2:1: Kind: unknown field `Kind`; did you mean `kind`?",
        ],
        id="kind-in-another-case",
    ),
    pytest.param(
        "apiVersion: 1\nkind: 5\n",
        [
            "a.yaml:1:13: apiVersion: expected `reconciler.dev/v1alpha1`, got the number 1; write that word",
            "a.yaml:2:7: kind: expected `Connection`, `Source`, `ClusterLink` or `Policy`, got the number 5; write that word",
        ],
        id="kind-number",
    ),
    pytest.param(
        "apiVersion:\nkind:\n",
        [
            "a.yaml:1:12: apiVersion: no value stands here; write one",
            "a.yaml:2:6: kind: no value stands here; write one",
        ],
        id="kind-null",
    ),
    pytest.param(
        "apiVersion: []\nkind: []\n",
        [
            "a.yaml:1:13: apiVersion: expected `reconciler.dev/v1alpha1`, got a list; write that word",
            "a.yaml:2:7: kind: expected `Connection`, `Source`, `ClusterLink` or `Policy`, got a list; write that word",
        ],
        id="kind-list",
    ),
    pytest.param(
        simple().replace("v1alpha1", "v1"),
        [
            "a.yaml:1:13: Source/s: apiVersion: unknown apiVersion 'reconciler.dev/v1'; did you mean `reconciler.dev/v1alpha1`?"
        ],
        id="api-version",
    ),
    pytest.param(
        simple().replace("apiVersion: reconciler.dev/v1alpha1\n", ""),
        [
            "a.yaml:1:1: Source/s: apiVersion: `apiVersion` is missing; add `apiVersion: reconciler.dev/v1alpha1`"
        ],
        id="no-api-version",
    ),
    pytest.param(
        simple().replace("metadata: {name: s}\n", ""),
        ["a.yaml:1:1: metadata: `metadata` is missing; add `metadata`"],
        id="no-metadata",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {name: s}\n",
        ["a.yaml:1:1: Source/s: spec: `spec` is missing; add `spec`"],
        id="no-spec",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {name: s}\nspec: a\n",
        ["a.yaml:4:7: Source/s: spec: expected a mapping, got 'a'; write `field: value` lines"],
        id="spec-text",
    ),
    pytest.param(
        "apiVersion: reconciler.dev/v1alpha1\nkind: Connection\nmetadata: {name: s}\nspec: a\n",
        ["a.yaml:4:7: Connection/s: spec: expected a mapping, got 'a'; write `field: value` lines"],
        id="spec-text-conn",
    ),
    pytest.param(
        simple().replace("{name: s}", "[a]"),
        ["a.yaml:3:11: metadata: expected a mapping, got a list; write `field: value` lines"],
        id="metadata-list",
    ),
    pytest.param(
        simple() + "status: {}\n",
        [
            "a.yaml:9:1: Source/s: status: unknown field `status`; known here: apiVersion, kind, metadata, spec"
        ],
        id="unknown-top",
    ),
    pytest.param(
        simple().replace("metadata:", "metdata:"),
        [
            "a.yaml:3:1: metdata: unknown field `metdata`; did you mean `metadata`?",
        ],
        id="near-top",
    ),
    pytest.param(
        simple().replace("{name: s}", "{}"),
        ["a.yaml:3:11: metadata.name: `name` is missing; add `name`"],
        id="no-name",
    ),
    pytest.param(
        simple(name="Orders"),
        [
            "a.yaml:3:18: Source/Orders: metadata.name: expected a name, got 'Orders'; use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"
        ],
        id="name-upper",
    ),
    pytest.param(
        simple(name="orders-"),
        [
            "a.yaml:3:18: Source/orders-: metadata.name: expected a name, got 'orders-'; use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"
        ],
        id="name-end",
    ),
    pytest.param(
        simple(name="''"),
        [
            "a.yaml:3:18: metadata.name: expected a name, got ''; use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"
        ],
        id="name-empty",
    ),
    pytest.param(
        simple(name="a" * 254),
        ["a.yaml:3:18: metadata.name: longer than 253 characters; write a shorter one"],
        id="name-long",
    ),
    pytest.param(
        simple(name="5"),
        ["a.yaml:3:18: metadata.name: expected text, got the number 5; put it in quotes"],
        id="name-number",
    ),
    pytest.param(
        simple(name="s, labels: [a]"),
        [
            "a.yaml:3:29: Source/s: metadata.labels: expected a mapping, got a list; write `field: value` lines"
        ],
        id="labels-list",
    ),
    pytest.param(
        simple(name="s, labels: {'a=b': c}"),
        [
            "a.yaml:3:30: Source/s: metadata.labels.a=b: expected the name of a label, got 'a=b'; use letters, digits, `-`, `_`, `.` and `/`, with a letter or digit at both ends"
        ],
        id="label-key",
    ),
    pytest.param(
        simple(name="s, namespace: a"),
        [
            "a.yaml:3:21: Source/s: metadata.namespace: unknown field `namespace`; did you mean `name`?"
        ],
        id="namespace",
    ),
    pytest.param(
        simple().replace("  source: orders", "  source: orders\n  suspend: {reason: a}"),
        ["a.yaml:7:12: Source/s: spec.suspend.until: `until` is missing; say when it ends"],
        id="suspend-no-until",
    ),
    pytest.param(
        simple().replace("  source: orders", "  source: orders\n  suspend: {until: never}"),
        [
            "a.yaml:7:20: Source/s: spec.suspend.until: expected a time, got 'never'; write an RFC 3339 time such as 2026-11-20T00:00:00Z"
        ],
        id="suspend-never",
    ),
    pytest.param(
        simple().replace(
            "  source: orders", "  source: orders\n  suspend: {until: 2027-01-01T00:00:00Z, why: a}"
        ),
        ["a.yaml:7:42: Source/s: spec.suspend.why: unknown field `why`; known here: until, reason"],
        id="suspend-unknown",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected
