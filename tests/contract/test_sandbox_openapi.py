"""Whatever the sandbox is asked, it answers as `docs/apis/*-openapi.yaml` says.

Every operation of both documents is called with generated requests, valid and spoilt ones, some of
them about things of the sample world and with its credentials.
"""

import base64
from pathlib import Path

import anyio
import httpx
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reconciler.sandbox import in_memory_sandbox, sample_world
from reconciler.sandbox.confluent.routes import ENDPOINTS
from reconciler.sandbox.quirks import VALUES
from reconciler.sandbox.streamkap.routes import BARE, OPEN, READS, WRITES

APIS = Path(__file__).parents[2] / "docs" / "apis"
NOW = 1_795_305_600.0
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SOURCE = "67ad6e0af08a2365c729ba79"
TOPIC = f"source_{SOURCE}.public.orders"
KNOWN = {
    "cluster_id": "lkc-abc123",
    "link_name": "east-to-west",
    "mirror_topic_name": "orders.created",
    "mirror_topic_names": ["orders.created", "legacy.exports", "nothing"],
    "config_name": "cluster.link.paused",
    "topic_name": "orders.created",
    "source_id": SOURCE,
    "topic_id": TOPIC,
    "action": "pause",
    "entity_ids": [SOURCE],
    "ids": [SOURCE],
    "topic_names": ["public.orders"],
    "client_id": "demo",
    "secret": "demo",
}
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(vendor):
    schema = schemathesis.openapi.from_path(APIS / f"{vendor}-openapi.yaml")
    for result in schema.get_all_operations():
        operation = result.ok()
        yield pytest.param(operation, id=f"{operation.method.upper()} {operation.path}")


def acquaint(case, known):
    """Put things that exist in the place of generated ones."""
    for name in case.path_parameters or {}:
        if name in KNOWN and known >= 1:
            case.path_parameters[name] = KNOWN[name]
    if isinstance(case.body, dict) and known >= 2:
        case.body.update({name: KNOWN[name] for name in case.body if name in KNOWN})


async def ask(app, request):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.send(request)


def request_of(case, headers):
    """What the generated case puts on the wire."""
    kwargs = case.as_transport_kwargs(base_url="http://sandbox", headers=headers)
    wire = requests.Request(**kwargs).prepare()
    return httpx.Request(wire.method, wire.url, headers=wire.headers, content=wire.body)


def exercise(operation, headers_for):
    """Call one operation many times, each time on a fresh world."""
    sandbox = in_memory_sandbox(clock=lambda: NOW)

    @EXAMPLES
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        known=st.integers(min_value=0, max_value=2),
        is_let_in=st.sampled_from([True, True, True, False]),
    )
    def run(case, known, is_let_in):
        sandbox.reset()
        acquaint(case, known)
        request = request_of(case, headers_for(sandbox.app) if is_let_in else {})
        answer = anyio.run(ask, sandbox.app, request)
        case.validate_response(answer, checks=CHECKS)

    run()
    sandbox.close()


def key_and_secret(_app):
    return {"Authorization": f"Basic {base64.b64encode(b'demo:demo').decode()}"}


def token(app):
    body = {"client_id": "demo", "secret": "demo"}
    request = httpx.Request("POST", "http://sandbox/auth/access-token", json=body)
    return {"Authorization": f"Bearer {anyio.run(ask, app, request).json()['accessToken']}"}


@pytest.mark.parametrize("operation", list(operations("confluent")))
def test_confluent_answers_as_documented(operation):
    exercise(operation, key_and_secret)


@pytest.mark.parametrize("operation", list(operations("streamkap")))
def test_streamkap_answers_as_documented(operation):
    exercise(operation, token)


def documented(vendor):
    paths = yaml.safe_load((APIS / f"{vendor}-openapi.yaml").read_text())["paths"]
    methods = {"get", "post", "put", "delete"}
    return {(path, name.upper()) for path, item in paths.items() for name in methods & item.keys()}


def test_the_confluent_document_has_what_the_sandbox_serves():
    served = {
        (f"/kafka/v3/{endpoint.path}", method)
        for endpoint in ENDPOINTS
        for method in endpoint.methods
    }

    assert served == documented("confluent")


def test_the_streamkap_document_has_what_the_sandbox_serves():
    served = {
        *((path, method) for method, path, _ in (*OPEN, *WRITES, *BARE)),
        *((path, "GET") for path, _ in READS),
    }

    assert served == documented("streamkap")


@pytest.mark.parametrize(
    ("quirk", "value"),
    [
        (quirk, value)
        for quirk in (
            "answer_order",
            "answer_missing_items",
            "repeat_pause",
            "unknown_mirror",
            "link_pause_shows",
            "stopped_listed",
            "nulls",
            "unknown_status",
        )
        for value in VALUES[quirk]
    ],
)
def test_confluent_keeps_to_its_document_under_every_quirk(quirk, value):
    schema = schemathesis.openapi.from_path(APIS / "confluent-openapi.yaml")
    sandbox = in_memory_sandbox(sample_world() | {"quirks": {quirk: value}}, clock=lambda: NOW)
    cluster = "/kafka/v3/clusters/lkc-abc123"
    link = "/kafka/v3/clusters/{cluster_id}/links/{link_name}"
    names = {"mirror_topic_names": ["payments.captured", "orders.created", "none"]}
    calls = [
        ("GET", "", "/kafka/v3/clusters/{cluster_id}/links", None),
        ("GET", "/east-to-west", link, None),
        ("GET", "/east-to-west/configs", f"{link}/configs", None),
        ("GET", "/east-to-west/mirrors", f"{link}/mirrors", None),
        ("POST", "/east-to-west/mirrors:pause", f"{link}/mirrors:pause", names),
    ]
    headers = key_and_secret(sandbox.app)
    for method, path, documented_path, body in calls:
        url = f"http://sandbox{cluster}/links{path}"
        answer = anyio.run(ask, sandbox.app, httpx.Request(method, url, headers=headers, json=body))
        schema[documented_path][method].validate_response(answer)
