"""The published schemas and the reference are current, and an independent validator agrees with us."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, ValidationError

from reconciler.spec import json_schema, load, reference
from reconciler.spec.prose import DOCUMENTS
from tests.unit.spec.writing import (
    NOW,
    account,
    completed,
    connection,
    link,
    mirror,
    not_completed,
    policy,
    simple,
    source,
)

ROOT = Path(__file__).parents[3]
VALIDATORS = {
    "2020-12": Draft202012Validator(json_schema("2020-12")),
    "draft-07": Draft7Validator(json_schema("draft-07")),
}
FILES = {"2020-12": "reconciler.schema.2020-12.json", "draft-07": "reconciler.schema.json"}
URL = "https://api.streamkap.com"
AUTH = "auth: {clientId: {env: A}, clientSecret: {env: B}}\n"


class Plain(yaml.SafeLoader):
    """Reads times as text, as editors do."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class has it so
        sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def sample_documents() -> Iterator[object]:
    paths = sorted((ROOT / "specs").glob("*.yaml"))
    examples = [section.example for section in DOCUMENTS if section.example]
    for text in [*(path.read_text(encoding="utf-8") for path in paths), *examples]:
        yield from yaml.load_all(text, Loader=Plain)


@pytest.mark.parametrize("dialect", VALIDATORS)
def test_the_schema_is_a_schema(dialect: str):
    VALIDATORS[dialect].check_schema(VALIDATORS[dialect].schema)


@pytest.mark.parametrize("dialect", VALIDATORS)
def test_the_committed_schema_is_current(dialect: str):
    """Print it anew with `reconciler schema`."""
    text = (ROOT / "schemas" / FILES[dialect]).read_text(encoding="utf-8")

    assert text == json.dumps(json_schema(dialect), indent=2, ensure_ascii=False) + "\n"


def test_the_committed_reference_is_current():
    """It is what `reconciler.spec.reference()` returns."""
    assert (ROOT / "docs" / "spec-reference.md").read_text(encoding="utf-8") == reference()


def test_the_reference_has_a_section_for_every_model():
    models = json_schema("2020-12")["$defs"]

    assert sorted(section.model for section in DOCUMENTS) == sorted(models)


def test_every_field_is_described():
    models = json_schema("2020-12")["$defs"]

    silent = [
        f"{model}.{name}"
        for model, schema in models.items()
        for name, field in schema["properties"].items()
        if not field.get("description")
    ]

    assert silent == []


@pytest.mark.parametrize("dialect", VALIDATORS)
def test_samples_and_examples_are_valid_to_an_independent_validator(dialect: str):
    documents = list(sample_documents())

    problems = [
        error.message for item in documents for error in VALIDATORS[dialect].iter_errors(item)
    ]

    assert (problems, len(documents) > 5) == ([], True)


VALID = {
    "limits": account("limits: {timeout: 0, writeTimeout: 3m, requestsPerSecond: 1.5}\n"),
    "auth": account(AUTH, URL),
    "token": account("auth: {token: {file: a}}\n", URL, provider="confluent"),
    "retry": completed("since: 2026-01-01T00:00:00Z\nonFailure: {retry: 3}"),
    "blocking": completed("maxAge: 7d\ntype: blocking"),
    "policy": policy("maxPercent: 30"),
    "policy-with-all": policy("selector: {labels: {a: b}}\nmaxChanges: 0\nreason: x"),
    "never": mirror("state: paused\nuntil: never"),
}
INVALID = {
    "kind": simple().replace("Source", "Sauce"),
    "api-version": simple().replace("v1alpha1", "v2"),
    "unknown-field": simple() + "status: {}\n",
    "name": simple(name="Bad"),
    "label": simple(name="s, labels: {a: 1}"),
    "both-ids": simple(target="source: a\n  sourceId: 67ad6e0af08a2365c729ba79"),
    "no-id": simple(target="suspend: {until: 2027-01-01T00:00:00Z}"),
    "short-id": simple(target="sourceId: 67ad"),
    "no-rules": simple().split("    -")[0].replace("snapshots:", "snapshots: []"),
    "no-topics": source("- {topics: [], state: idle}\n"),
    "blank-topic": source("- {topics: ['a b'], state: idle}\n"),
    "state": source("- {topics: [a], state: paused}\n"),
    "neither-since": completed("type: incremental"),
    "both-since": completed("since: 2026-01-01T00:00:00Z\nmaxAge: 7d"),
    "date": completed("since: '2026-01-01'"),
    "duration": completed("maxAge: 1w"),
    "no-duration": completed("maxAge: ''"),
    "blocking-filter": completed("maxAge: 7d\ntype: blocking\nfilter: a"),
    "blocking-key": completed("maxAge: 7d\ntype: blocking\nsurrogateKey: a"),
    "retry": completed("maxAge: 7d\nonFailure: {retry: 11}"),
    "null": completed("maxAge: 7d\nfilter: ~"),
    "idle-since": not_completed("idle", "since: 2026-01-01T00:00:00Z"),
    "pause-without-end": mirror("state: paused"),
    "active-until": mirror("state: active\nuntil: never"),
    "cluster": link("- {topics: [a], state: active}\n", target="clusterId: a b"),
    "no-auth": account("", URL),
    "literal-secret": account("auth: {clientId: a, clientSecret: b}\n", URL),
    "env-and-file": account(AUTH.replace("env: A", "env: A, file: b"), URL),
    "half-key": account("auth: {apiKey: {env: A}}\n", URL, provider="confluent"),
    "key-and-token": account(
        "auth: {apiKey: {env: A}, apiSecret: {env: A}, token: {env: A}}\n",
        URL,
        provider="confluent",
    ),
    "base-path": account("basePath: /v3\n"),
    "negative": account("limits: {burst: -1}\n"),
    "policy-without-a-bound": policy("reason: x"),
    "policy-percent": policy("maxPercent: 101"),
    "policy-changes": policy("maxChanges: -1"),
    "policy-no-labels": policy("maxChanges: 1\nselector: {labels: {}}"),
    "policy-selector": policy("maxChanges: 1\nselector: {}"),
    "provider": connection("provider: debezium\nendpoint: sandbox\n"),
}


@pytest.mark.parametrize("dialect", VALIDATORS)
@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_a_good_document_is_valid(dialect: str, text: str):
    VALIDATORS[dialect].validate(yaml.load(text, Loader=Plain))  # noqa: S506 - it is a safe loader


@pytest.mark.parametrize("dialect", VALIDATORS)
@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_a_bad_document_is_not_valid(dialect: str, text: str):
    with pytest.raises(ValidationError):
        VALIDATORS[dialect].validate(yaml.load(text, Loader=Plain))  # noqa: S506 - it is a safe loader


def test_the_samples_load_without_a_warning():
    desired = load([ROOT / "specs"], now=NOW)

    addresses = [
        str(item.address) for item in (*desired.connections, *desired.sources, *desired.links)
    ]

    assert (addresses, desired.warnings, desired.files) == (
        [
            "Connection/confluent-demo",
            "Connection/streamkap-demo",
            "Source/customers-mysql",
            "Source/inventory-postgres",
            "Source/orders-postgres",
            "ClusterLink/east-to-west",
        ],
        (),
        5,
    )


def test_the_samples_tell_editors_where_the_schema_is():
    heads = {path.read_text(encoding="utf-8").split("\n")[0] for path in (ROOT / "specs").iterdir()}

    assert heads == {"# yaml-language-server: $schema=../schemas/reconciler.schema.json"}


def test_the_examples_of_the_reference_load(tmp_path: Path):
    texts = [section.example for section in DOCUMENTS if section.example]
    (tmp_path / "a.yaml").write_text("---".join(texts), encoding="utf-8")

    assert len(load([tmp_path], now=NOW).connections) == 2
