"""The first files of a project: its connections, and a sample to copy from."""

from collections.abc import Sequence

from reconciler.model.desired import ProviderName
from reconciler.records import Struct
from reconciler.spec.writing import API_VERSION, SCHEMA, comment, modeline, scalar

STREAMKAP_ENDPOINT = "https://api.streamkap.com"
VARIABLES = {
    ProviderName.STREAMKAP: {
        "clientId": "STREAMKAP_CLIENT_ID",
        "clientSecret": "STREAMKAP_CLIENT_SECRET",
    },
    ProviderName.CONFLUENT: {
        "apiKey": "CONFLUENT_API_KEY",
        "apiSecret": "CONFLUENT_API_SECRET",
    },
}
"""By vendor: which environment variable holds which part of the credential."""

_INTRO = (
    "Where the vendors answer, and where the credential is found: in environment variables, never in "
    "a spec. `reconciler doctor` prints settings that fit."
)
_SAMPLE_INTRO = (
    "A sample to copy from, outside specs/ so that nothing reads it. Every field is explained in the "
    "spec reference; `reconciler dump` writes specs for what exists."
)

_SOURCE = """\
  source: orders-postgres # its exact name in Streamkap
  snapshots:
    # Never older than a week. The first rule that matches a topic wins.
    - topics: ["public.order_*"]
      state: completed
      maxAge: 7d
    # No snapshot may run on these.
    - topics: ["audit.*"]
      state: idle
"""
_LINK = """\
  clusterId: lkc-abc123 # the destination cluster
  link: east-to-west
  mirrors:
    # A pause says when it ends; from then on this rule means `active`.
    - topics: ["orders.*"]
      state: paused
      until: 2099-01-01T00:00:00Z
      reason: CHG-1234
    - topics: ["*"]
      state: active
"""
_SAMPLES = {
    ProviderName.STREAMKAP: ("Source", "orders-postgres", _SOURCE),
    ProviderName.CONFLUENT: ("ClusterLink", "east-to-west", _LINK),
}


class NewConnection(Struct, frozen=True):
    """A connection that is not written yet.

    Attributes:
        name: Its `metadata.name`.
        provider: The vendor.
        endpoint: Base URL, in the narrow spelling that `endpoints` lets through.
    """

    name: str
    provider: ProviderName
    endpoint: str


def connections_text(connections: Sequence[NewConnection]) -> str:
    """A file of connections.

    Args:
        connections: At least one.
    """
    return f"{modeline(SCHEMA)}#\n{comment(_INTRO)}" + "".join(map(_connection, connections))


def sample_text(connections: Sequence[NewConnection]) -> str:
    """A file with a Source and a ClusterLink, as far as there are connections for them.

    Args:
        connections: At least one.
    """
    return f"{modeline(SCHEMA)}#\n{comment(_SAMPLE_INTRO)}" + "".join(map(_sample, connections))


def _connection(item: NewConnection) -> str:
    auth = "".join(
        f"    {part}: {{env: {name}}}\n" for part, name in VARIABLES[item.provider].items()
    )
    return (
        f"{_head('Connection', item.name)}spec:\n"
        f"  provider: {item.provider}\n  endpoint: {item.endpoint}\n  auth:\n{auth}"
    )


def _head(kind: str, name: str) -> str:
    return f"---\napiVersion: {API_VERSION}\nkind: {kind}\nmetadata:\n  name: {scalar(name)}\n"


def _sample(item: NewConnection) -> str:
    kind, name, rest = _SAMPLES[item.provider]
    return f"{_head(kind, name)}spec:\n  connection: {scalar(item.name)}\n{rest}"
