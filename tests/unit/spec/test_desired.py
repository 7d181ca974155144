"""What valid documents become: whole values, with their defaults and places."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import (
    Auth,
    Connection,
    DesiredLink,
    DesiredSource,
    Limits,
    MirrorRule,
    MirrorState,
    Observer,
    OnCancel,
    Pattern,
    ProviderName,
    SecretRef,
    SnapshotRule,
    SnapshotState,
    SnapshotType,
    Suspend,
)
from tests.unit.spec.writing import (
    CONNECTIONS,
    account,
    completed,
    link,
    load_files,
    simple,
    source,
)

SUSPEND = Suspend(datetime(2026, 12, 1, tzinfo=UTC), "INC-42")


def digest_of(document: object) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def test_a_connection_with_every_field(tmp_path: Path):
    text = """\
        auth: {clientId: {env: ID}, clientSecret: {file: /run/secret}}
        project: p1
        observe: metrics
        lag: 100ms
        limits:
          {requestsPerSecond: 2.5, burst: 1, concurrency: 2, timeout: 0, writeTimeout: 1m30s,
           snapshots: 0, sourcesPerCall: 3, namesPerCall: 4}
        tls: {caFile: ca.pem}
        suspend: {until: "2026-12-01T01:00:00+01:00", reason: INC-42}
        """
    files = {"a.yaml": "# first\n---\n" + account(text, "https://api.streamkap.com/")}

    (connection,) = load_files(tmp_path, files).connections

    assert connection == Connection(
        address=Address(Kind.CONNECTION, "c"),
        origin=Origin(f"{tmp_path}/a.yaml", 3, 1),
        provider=ProviderName.STREAMKAP,
        endpoint="https://api.streamkap.com",
        auth=Auth(client_id=SecretRef(env="ID"), client_secret=SecretRef(file="/run/secret")),
        lag=timedelta(milliseconds=100),
        project="p1",
        observe=Observer.METRICS,
        limits=Limits(
            requests_per_second=2.5,
            burst=1,
            concurrency=2,
            timeout=timedelta(0),
            write_timeout=timedelta(seconds=90),
            snapshots=0,
            sources_per_call=3,
            names_per_call=4,
        ),
        ca_file="ca.pem",
        suspend=SUSPEND,
        digest=connection.digest,
    )


AUTHS = [
    pytest.param(
        "auth: {apiKey: {env: K}, apiSecret: {env: S}}\nbasePath: /v3\n",
        Auth(api_key=SecretRef(env="K"), api_secret=SecretRef(env="S")),
        "/v3",
        id="key",
    ),
    pytest.param(
        "auth: {token: {env: T}}\n", Auth(token=SecretRef(env="T")), "/kafka/v3", id="token"
    ),
]


@pytest.mark.parametrize(("fields", "auth", "base_path"), AUTHS)
def test_a_confluent_connection(tmp_path: Path, fields: str, auth: Auth, base_path: str):
    files = {"a.yaml": account(fields, "https://pkc.confluent.cloud", provider="confluent")}

    (connection,) = load_files(tmp_path, files).connections

    assert connection == Connection(
        address=Address(Kind.CONNECTION, "c"),
        origin=Origin(f"{tmp_path}/a.yaml", 1, 1),
        provider=ProviderName.CONFLUENT,
        endpoint="https://pkc.confluent.cloud",
        auth=auth,
        base_path=base_path,
        digest=connection.digest,
    )


@pytest.mark.parametrize(
    ("endpoint", "seconds"),
    [("sandbox", 1), ("https://api.streamkap.com", 60)],
    ids=["sandbox", "url"],
)
def test_the_lag_of_the_sandbox_is_shorter(tmp_path: Path, endpoint: str, seconds: int):
    auth = "auth: {clientId: {env: A}, clientSecret: {env: B}}\n"

    (connection,) = load_files(tmp_path, {"a.yaml": account(auth, endpoint)}).connections

    assert connection.lag == timedelta(seconds=seconds)


def test_an_allowed_host_comes_from_the_caller(tmp_path: Path):
    auth = "auth: {clientId: {env: A}, clientSecret: {env: B}}\n"
    files = {"a.yaml": account(auth, "https://proxy.example.net:8443")}

    desired = load_files(tmp_path, files, allowed_hosts=["*.example.net"])

    assert desired.connections[0].endpoint == "https://proxy.example.net:8443"


def test_a_source_with_every_kind_of_rule(tmp_path: Path):
    rules = """\
        - topics: [a, "b.*"]
          state: completed
          since: 2026-11-20T00:00:00Z
          type: incremental
          filter: x > 1
          surrogateKey: id
          onFailure: {retry: 3}
          onCancel: restart
          deadline: 24h
        - topics: [c]
          state: completed
          maxAge: 1h
          type: blocking
          onFailure: hold
        - topics:
            - d
          state: idle
          allowSourceWide: true
        - {topics: [e], state: unmanaged}
        """
    target = "sourceId: 67ad6e0af08a2365c729ba79\n  suspend: {until: 2026-12-01T00:00:00Z, reason: INC-42}"
    text = source(rules, name='s, labels: {tier: "1", team: a}', target=target)

    (found,) = load_files(tmp_path, {"a.yaml": CONNECTIONS + text}).sources

    def at(line: int, column: int) -> Origin:
        return Origin(f"{tmp_path}/a.yaml", line, column)

    assert found == DesiredSource(
        address=Address(Kind.SOURCE, "s"),
        origin=at(11, 1),
        connection="streamkap",
        source="",
        source_id="67ad6e0af08a2365c729ba79",
        rules=(
            SnapshotRule(
                topics=(Pattern("a", at(19, 16)), Pattern("b.*", at(19, 19))),
                state=SnapshotState.COMPLETED,
                origin=at(19, 7),
                since=datetime(2026, 11, 20, tzinfo=UTC),
                filter="x > 1",
                surrogate_key="id",
                retries=3,
                on_cancel=OnCancel.RESTART,
                deadline=timedelta(hours=24),
            ),
            SnapshotRule(
                topics=(Pattern("c", at(28, 16)),),
                state=SnapshotState.COMPLETED,
                origin=at(28, 7),
                max_age=timedelta(hours=1),
                early=timedelta(minutes=2, seconds=58),
                type=SnapshotType.BLOCKING,
            ),
            SnapshotRule(
                topics=(Pattern("d", at(34, 11)),),
                state=SnapshotState.IDLE,
                origin=at(33, 7),
                allow_source_wide=True,
            ),
            SnapshotRule(
                topics=(Pattern("e", at(37, 17)),), state=SnapshotState.UNMANAGED, origin=at(37, 7)
            ),
        ),
        labels=(("team", "a"), ("tier", "1")),
        suspend=SUSPEND,
        digest=found.digest,
    )


def test_a_link_with_every_kind_of_rule(tmp_path: Path):
    rules = """\
        - {topics: [a], state: paused, until: 2026-12-01T06:00:00Z, reason: CHG-1, deadline: 1h}
        - {topics: [b], state: paused, until: never}
        - {topics: [c], state: active, reason: why, deadline: 2h}
        - {topics: [d], state: unmanaged, reason: theirs}
        """
    (found,) = load_files(tmp_path, {"a.yaml": CONNECTIONS + link(rules)}).links

    def rule(line: int, topic: str, state: MirrorState, **fields: object) -> MirrorRule:
        places = [Origin(f"{tmp_path}/a.yaml", line, column) for column in (7, 17)]
        return MirrorRule((Pattern(topic, places[1]),), state, places[0], **fields)

    assert found == DesiredLink(
        address=Address(Kind.CLUSTER_LINK, "l"),
        origin=Origin(f"{tmp_path}/a.yaml", 11, 1),
        connection="confluent",
        cluster_id="lkc-1",
        link="east",
        rules=(
            rule(
                19,
                "a",
                MirrorState.PAUSED,
                until=datetime(2026, 12, 1, 6, tzinfo=UTC),
                reason="CHG-1",
                deadline=timedelta(hours=1),
            ),
            rule(20, "b", MirrorState.PAUSED),
            rule(21, "c", MirrorState.ACTIVE, reason="why", deadline=timedelta(hours=2)),
            rule(22, "d", MirrorState.UNMANAGED, reason="theirs"),
        ),
        digest=found.digest,
    )


def test_the_digest_is_of_the_document_as_written(tmp_path: Path):
    (found,) = load_files(
        tmp_path, {"a.yaml": CONNECTIONS + simple(name="s, labels: {a: é}")}
    ).sources

    assert found.digest == digest_of(
        {
            "apiVersion": "reconciler.dev/v1alpha1",
            "kind": "Source",
            "metadata": {"name": "s", "labels": {"a": "é"}},
            "spec": {
                "connection": "streamkap",
                "source": "orders",
                "snapshots": [{"topics": ["a"], "state": "idle"}],
            },
        }
    )


def test_the_digest_knows_neither_comments_nor_order_nor_quotes(tmp_path: Path):
    one = completed("since: 2026-01-01T00:00:00Z\nfilter: a = 1")
    two = completed("filter: 'a = 1' # why\nsince: '2026-01-01T00:00:00Z'")

    found = {
        load_files(tmp_path, {"a.yaml": CONNECTIONS + text}).sources[0].digest
        for text in (one, two)
    }

    assert len(found) == 1


def test_an_alias_stands_for_a_whole_value(tmp_path: Path):
    rules = """\
        - {topics: [a], state: paused, until: &end 2026-12-01T00:00:00Z}
        - {topics: [b], state: paused, until: *end}
        """

    (found,) = load_files(tmp_path, {"a.yaml": CONNECTIONS + link(rules)}).links

    assert [rule.until for rule in found.rules] == [datetime(2026, 12, 1, tzinfo=UTC)] * 2


def test_several_documents_in_lines_of_the_old_mac(tmp_path: Path):
    """The text is not cut where YAML sees a break and we do not; it is read all the same."""
    (tmp_path / "a.yaml").write_bytes((CONNECTIONS + simple()).replace("\n", "\r").encode())

    assert len(load_files(tmp_path, {}).connections) == 2
