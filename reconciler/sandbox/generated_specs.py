"""Specs for generated worlds, as text: what they ask for stands in the table of `generate`."""

from collections.abc import Iterator

from reconciler.sandbox.generated_words import LinkWords, Size, SourceWords, World

_SINCE = "2020-01-01T00:00:00Z"
_UNTIL = "2099-01-01T00:00:00Z"
_COMPLETED = f"      state: completed\n      since: {_SINCE}\n"
_ACTIVE = '    - topics: ["*"]\n      state: active\n'
_STREAMKAP_AUTH = (
    "  auth: {clientId: {env: STREAMKAP_CLIENT_ID}, clientSecret: {env: STREAMKAP_CLIENT_SECRET}}\n"
)
_CONFLUENT_AUTH = (
    "  auth: {apiKey: {env: CONFLUENT_API_KEY}, apiSecret: {env: CONFLUENT_API_SECRET}}\n"
)
_DOCUMENTS_PER_FILE = 50
_BY_ID_ONE_IN = 8
_FILTERED_ONE_IN, _FILTERED = 12, 4
_TEAMS = ("payments", "logistics", "insight", "platform")


def specs(size: Size, world: World, endpoint: str = "sandbox") -> dict[str, str]:
    """Specs that fit a generated world: every literal exists, no topic is declared twice.

    Args:
        size: What the world was generated for.
        world: What `generate` gave for it.
        endpoint: `sandbox`, or the URL where that world is served; then the credentials come from
            the environment.

    Returns:
        Text by the path of the file below the specs' folder, sorted by path.
    """
    files = {"connections.yaml": _connections(size, endpoint)}
    sources = [_source_spec(*entry) for entry in enumerate(world["streamkap"]["sources"])]
    for first in range(0, len(sources), _DOCUMENTS_PER_FILE):
        name = f"sources/{first // _DOCUMENTS_PER_FILE:03d}.yaml"
        files[name] = "---\n".join(sources[first : first + _DOCUMENTS_PER_FILE])
    for cluster in world["confluent"]["clusters"]:
        files[f"links/{cluster['id']}.yaml"] = "---\n".join(
            _link_spec(cluster["id"], link) for link in cluster["links"]
        )
    return dict(sorted(files.items()))


def _connections(size: Size, endpoint: str) -> str:
    is_sandbox = endpoint == "sandbox"
    return "---\n".join(
        (
            _connection("streamkap", endpoint, "" if is_sandbox else _STREAMKAP_AUTH, size),
            _connection("confluent", endpoint, "" if is_sandbox else _CONFLUENT_AUTH, size),
        )
    )


def _connection(provider: str, endpoint: str, auth: str, size: Size) -> str:
    return (
        "apiVersion: reconciler.dev/v1alpha1\n"
        "kind: Connection\n"
        f"metadata: {{name: {provider}}}\n"
        "spec:\n"
        f"  provider: {provider}\n"
        f"  endpoint: {endpoint}\n"
        f"{auth}"
        "  limits:\n"
        "    requestsPerSecond: 0\n"
        "    burst: 100\n"
        "    concurrency: 8\n"
        f"    snapshots: {max(size.sources, 1)}\n"
        "    sourcesPerCall: 50\n"
        "    namesPerCall: 1000\n"
    )


def _source_spec(number: int, source: SourceWords) -> str:
    is_by_id = number % _BY_ID_ONE_IN == _BY_ID_ONE_IN - 1
    place = f"sourceId: {_quoted(source['id'])}" if is_by_id else f"source: {source['name']}"
    return (
        "apiVersion: reconciler.dev/v1alpha1\n"
        "kind: Source\n"
        f"metadata: {{name: {source['name']}, labels: {{team: {_TEAMS[number % len(_TEAMS)]}}}}}\n"
        "spec:\n"
        "  connection: streamkap\n"
        f"  {place}\n"
        "  snapshots:\n"
        f"{''.join(_snapshot_rules(number, source))}"
    )


def _snapshot_rules(number: int, source: SourceWords) -> Iterator[str]:
    names = [topic["name"] for topic in source["topics"]]
    filtered = names[:1] if number % _FILTERED_ONE_IN == _FILTERED else []
    for name in filtered:
        yield f"    - topics: [{name}]\n{_COMPLETED}      filter: \"region = 'EU'\"\n"
    core = [name for name in names if name.startswith("core.") and name not in filtered]
    if core:
        yield f'    - topics: [{core[0]}, "core.*"]\n{_COMPLETED}'
    if any(name.startswith("audit.") for name in names):
        yield '    - topics: ["audit.*"]\n      state: idle\n'


def _link_spec(cluster: str, link: LinkWords) -> str:
    frozen = [entry["topic"] for entry in link["mirrors"] if entry["topic"].startswith("freeze.")]
    active = "" if len(frozen) == len(link["mirrors"]) else _ACTIVE
    return (
        "apiVersion: reconciler.dev/v1alpha1\n"
        "kind: ClusterLink\n"
        f"metadata: {{name: {link['name']}}}\n"
        "spec:\n"
        "  connection: confluent\n"
        f"  clusterId: {cluster}\n"
        f"  link: {link['name']}\n"
        "  mirrors:\n"
        f'    - topics: [{frozen[0]}, "freeze.*"]\n'
        "      state: paused\n"
        f"      until: {_UNTIL}\n"
        "      reason: generated\n"
        f"{active}"
    )


def _quoted(text: str) -> str:
    # An id of digits alone, or one like 12e34567…, would be read as a number.
    return f'"{text}"'
