"""What is wrong with a Connection; a secret is never quoted."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import account, complaints, connection

CASES = [
    pytest.param(
        account("lag: 999999999999d\n"),
        [
            "a.yaml:7:8: Connection/c: spec.lag: the duration '999999999999d' is longer than ten years; write a shorter one"
        ],
        id="a-huge-lag",
    ),
    pytest.param(
        account("endpoint:\n").replace("  endpoint: sandbox\n", ""),
        [
            "a.yaml:6:12: Connection/c: spec.endpoint: no value stands here; write one",
        ],
        id="endpoint-null",
    ),
    pytest.param(
        account("tls:\n"),
        [
            "a.yaml:7:7: Connection/c: spec.tls: no value stands here; write one, or remove the field"
        ],
        id="optional-null",
    ),
    pytest.param(
        connection("Provider: streamkap\nendpoint: sandbox\n"),
        [
            "a.yaml:5:3: Connection/c: spec.provider: unknown field `Provider`; did you mean `provider`?"
        ],
        id="provider-in-another-case",
    ),
    pytest.param(
        connection("endpoint: sandbox\n"),
        ["a.yaml:5:3: Connection/c: spec.provider: `provider` is missing; add `provider`"],
        id="no-provider",
    ),
    pytest.param(
        account("", provider="streamcap"),
        [
            "a.yaml:5:13: Connection/c: spec.provider: unknown provider 'streamcap'; did you mean `streamkap`?"
        ],
        id="provider",
    ),
    pytest.param(
        account("", provider=""),
        ["a.yaml:5:12: Connection/c: spec.provider: no value stands here; write one"],
        id="provider-null",
    ),
    pytest.param(
        connection("provider: streamkap\n"),
        ["a.yaml:5:3: Connection/c: spec.endpoint: `endpoint` is missing; add `endpoint`"],
        id="no-endpoint",
    ),
    pytest.param(
        account("", "https://api.streamkap.com"),
        [
            "a.yaml:5:3: Connection/c: spec: `auth` is missing; say where the credential is found; only `sandbox` goes without"
        ],
        id="no-auth",
    ),
    pytest.param(
        account("auth: hunter2\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:9: Connection/c: spec.auth: expected a mapping (what stands here is not shown); write `field: value` lines"
        ],
        id="auth-text",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: hunter2}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="literal-secret",
    ),
    pytest.param(
        account("auth: {clientId: {env: ID}, clientSecret: 010}\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="literal-number",
    ),
    pytest.param(
        account("auth: {clientId: {env: ID}, clientSecret: }\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="literal-null",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {hunter2}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:53: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="secret-as-key",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {hunter2: a}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:46: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="secret-as-key-value",
    ),
    pytest.param(
        account("auth: {hunter2: a}\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:9: Connection/c: spec.auth.clientId: `clientId` is missing; add `clientId`",
            "a.yaml:7:9: Connection/c: spec.auth.clientSecret: `clientSecret` is missing; add `clientSecret`",
            "a.yaml:7:10: Connection/c: spec.auth: unknown field; known here: clientId, clientSecret",
        ],
        id="secret-as-auth-key",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {env: 'hunter 2'}}\n",
            "https://api.streamkap.com",
        ),
        [
            "a.yaml:7:51: Connection/c: spec.auth.clientSecret.env: expected the name of an environment variable (what stands here is not shown); use letters, digits and `_`, and put the secret into that variable"
        ],
        id="secret-as-env",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: [hunter2]}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="secret-as-list",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {hunter2: a, hunter2: b}}\n",
            "https://api.streamkap.com",
        ),
        [
            "a.yaml:7:46: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it",
            "a.yaml:7:58: Connection/c: spec.auth.clientSecret: this field stands here twice, first at line 7, column 46; remove one of the two",
        ],
        id="secret-twice",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: !hunter2 a}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="secret-tag",
    ),
    pytest.param(
        account(
            'auth: {clientId: {env: ID}, clientSecret: "hunter2\\e"}\n', "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="secret-control",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: *hunter2}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: not YAML: an alias refers to an anchor that this document does not have; put values that begin with `*` in quotes"
        ],
        id="secret-alias",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {123456: a}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: a secret is found in exactly one place: `env` or `file`; write `{env: NAME}` or `{file: PATH}`",
            "a.yaml:7:46: Connection/c: spec.auth.clientSecret: a field name must be text; put the name in quotes",
        ],
        id="secret-number-key",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {env: A, file: b}}\n",
            "https://api.streamkap.com",
        ),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: a secret is found in exactly one place: `env` or `file`; write `{env: NAME}` or `{file: PATH}`"
        ],
        id="env-and-file",
    ),
    pytest.param(
        account("auth: {clientId: {env: ID}, clientSecret: {}}\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:45: Connection/c: spec.auth.clientSecret: a secret is found in exactly one place: `env` or `file`; write `{env: NAME}` or `{file: PATH}`"
        ],
        id="neither",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {file: ''}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:52: Connection/c: spec.auth.clientSecret.file: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="empty-file",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientSecret: {file: 5}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:52: Connection/c: spec.auth.clientSecret.file: expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown); say where the secret is found; if it was committed, replace it"
        ],
        id="file-number",
    ),
    pytest.param(
        account("auth: {clientId: {env: ID}}\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:9: Connection/c: spec.auth.clientSecret: `clientSecret` is missing; add `clientSecret`"
        ],
        id="half-auth",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: ID}, clientsecret: {env: A}}\n", "https://api.streamkap.com"
        ),
        [
            "a.yaml:7:31: Connection/c: spec.auth: unknown field `clientsecret`; did you mean `clientSecret`?",
        ],
        id="near-auth",
    ),
    pytest.param(
        account("auth: {apiKey: {env: A}, apiSecret: {env: B}}\n", "https://api.streamkap.com"),
        [
            "a.yaml:7:9: Connection/c: spec.auth.clientId: `clientId` is missing; add `clientId`",
            "a.yaml:7:10: Connection/c: spec.auth.apiKey: unknown field `apiKey`; known here: clientId, clientSecret",
            "a.yaml:7:28: Connection/c: spec.auth.apiSecret: unknown field `apiSecret`; did you mean `clientSecret`?",
        ],
        id="wrong-auth",
    ),
    pytest.param(
        account("auth: {apiKey: {env: A}}\n", "https://pkc.confluent.cloud", provider="confluent"),
        [
            "a.yaml:7:9: Connection/c: spec.auth: this is not one whole credential; write `apiKey` and `apiSecret`, or `token` alone"
        ],
        id="confluent-half",
    ),
    pytest.param(
        account(
            "auth: {apiKey: {env: A}, apiSecret: {env: B}, token: {env: C}}\n",
            "https://pkc.confluent.cloud",
            provider="confluent",
        ),
        [
            "a.yaml:7:9: Connection/c: spec.auth: this is not one whole credential; write `apiKey` and `apiSecret`, or `token` alone"
        ],
        id="confluent-both",
    ),
    pytest.param(
        account("auth: {}\n", "https://pkc.confluent.cloud", provider="confluent"),
        [
            "a.yaml:7:9: Connection/c: spec.auth: this is not one whole credential; write `apiKey` and `apiSecret`, or `token` alone"
        ],
        id="confluent-none",
    ),
    pytest.param(
        account(
            "auth: {clientId: {env: A}, clientSecret: {env: B}}\n",
            "https://pkc.confluent.cloud",
            provider="confluent",
        ),
        [
            "a.yaml:7:9: Connection/c: spec.auth: this is not one whole credential; write `apiKey` and `apiSecret`, or `token` alone",
            "a.yaml:7:10: Connection/c: spec.auth.clientId: unknown field `clientId`; known here: apiKey, apiSecret, token",
            "a.yaml:7:30: Connection/c: spec.auth.clientSecret: unknown field `clientSecret`; did you mean `apiSecret`?",
        ],
        id="confluent-streamkap-auth",
    ),
    pytest.param(
        account("basePath: /v3\n"),
        [
            "a.yaml:7:3: Connection/c: spec.basePath: `basePath` does not go with `provider: streamkap`; remove it; it goes with `provider: confluent`"
        ],
        id="base-path-streamkap",
    ),
    pytest.param(
        account("basePath: v3/\n", provider="confluent"),
        [
            "a.yaml:7:13: Connection/c: spec.basePath: expected a path, got 'v3/'; write one such as /kafka/v3, without `/` at its end"
        ],
        id="base-path-form",
    ),
    pytest.param(
        account("basePath: /../admin\n", provider="confluent"),
        [
            "a.yaml:7:13: Connection/c: spec.basePath: expected a path, got '/../admin'; write one such as /kafka/v3, without `/` at its end"
        ],
        id="base-path-up",
    ),
    pytest.param(
        account("project: a\nobserve: auto\n", provider="confluent"),
        [
            "a.yaml:7:3: Connection/c: spec.project: `project` does not go with `provider: confluent`; remove it; it goes with `provider: streamkap`",
            "a.yaml:8:3: Connection/c: spec.observe: `observe` does not go with `provider: confluent`; remove it; it goes with `provider: streamkap`",
        ],
        id="project-confluent",
    ),
    pytest.param(
        account("limit: {}\n"),
        ["a.yaml:7:3: Connection/c: spec.limit: unknown field `limit`; did you mean `limits`?"],
        id="unknown-field",
    ),
    pytest.param(
        account("observe: lineag\n"),
        [
            "a.yaml:7:12: Connection/c: spec.observe: unknown observe 'lineag'; did you mean `lineage`?"
        ],
        id="observe",
    ),
    pytest.param(
        account("lag: 50ms\n"),
        [
            "a.yaml:7:8: Connection/c: spec.lag: the duration '50ms' is too short; write 100ms or more"
        ],
        id="lag-short",
    ),
    pytest.param(
        account("lag: 60\n"),
        [
            "a.yaml:7:8: Connection/c: spec.lag: expected a duration, got the number 60; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
        ],
        id="lag-number",
    ),
    pytest.param(
        account("limits: {burst: -1, requestsPerSecond: -0.5}\n"),
        [
            "a.yaml:7:19: Connection/c: spec.limits.burst: expected 0 or more, got the number -1; write a number from 0 up",
            "a.yaml:7:42: Connection/c: spec.limits.requestsPerSecond: expected 0 or more, got the number -0.5; write a number from 0 up",
        ],
        id="limits-negative",
    ),
    pytest.param(
        account(
            "limits: {burst: 1.5, requestsPerSecond: fast, timeout: 30, concurrency: true, snapshots: '5'}\n"
        ),
        [
            "a.yaml:7:19: Connection/c: spec.limits.burst: expected a whole number, got the number 1.5; write digits, without quotes",
            "a.yaml:7:43: Connection/c: spec.limits.requestsPerSecond: expected a number, got 'fast'; write digits, without quotes",
            "a.yaml:7:58: Connection/c: spec.limits.timeout: expected a duration, got the number 30; write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms, or 0 for no limit",
            "a.yaml:7:75: Connection/c: spec.limits.concurrency: expected a whole number, got the truth value true; write digits, without quotes",
            "a.yaml:7:92: Connection/c: spec.limits.snapshots: expected a whole number, got '5'; write digits, without quotes",
        ],
        id="limits-types",
    ),
    pytest.param(
        account("limits: {bursts: 1}\n"),
        [
            "a.yaml:7:12: Connection/c: spec.limits.bursts: unknown field `bursts`; did you mean `burst`?"
        ],
        id="limits-unknown",
    ),
    pytest.param(
        account("tls: {caFile: ' '}\n"),
        [
            "a.yaml:7:17: Connection/c: spec.tls.caFile: expected a path, got an empty text; write the path of a file"
        ],
        id="tls",
    ),
    pytest.param(
        account("tls: {}\n"),
        [
            "a.yaml:7:8: Connection/c: spec.tls.caFile: `caFile` is missing; add the path of a PEM file"
        ],
        id="tls-missing",
    ),
    pytest.param(
        account("tls: ca.pem\n"),
        [
            "a.yaml:7:8: Connection/c: spec.tls: expected a mapping, got 'ca.pem'; write `field: value` lines"
        ],
        id="tls-text",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text}

    assert complaints(tmp_path, files) == expected
