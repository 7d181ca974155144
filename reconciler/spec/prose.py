"""The words of the reference that no field can carry."""

from reconciler.records import Struct

INTRODUCTION = """
# Reference of the spec format

Made from the schema by `reconciler.spec.reference()`; change the descriptions there, not here.

A spec is a YAML document; a file holds one or many, and a directory is searched for `*.yaml` and
`*.yml`, hidden entries aside. `reconciler validate` checks everything without an account, a secret or a
network, and shows all errors of all files at once:

```text
specs/orders.yaml:12:14: Source/orders-postgres: spec.snapshots[0].since: the time '2026-11-20T00:00:00' has no zone; add `Z` for UTC, or an offset such as `+02:00`
```

## How values are written

- **Time**: RFC 3339 with a zone, in quotes or not: `2026-11-20T00:00:00Z`, `2026-11-20T01:00:00+01:00`.
- **Duration**: numbers with units, largest first: `100ms`, `30s`, `10m`, `6h`, `7d`, `1h30m`.
- **Topic**: a name without any of `*?[` is literal and must exist. Anything else is a shell glob over the
  whole name, case-sensitive: `*` any signs, dots too; `?` one sign; `[ab]`, `[a-c]`, `[!a]` one of a set.
- **Secret**: never in a spec. `{env: NAME}` or `{file: PATH}` says where it is found, relative to the
  directory in which the command runs.
- **Value**: `${NAME}` stands for a value of the [environment](environments.md) that `--env` names, and
  `$${` for the two signs `${`.
- YAML is read strictly, since readers differ: `yes`, `no`, `on`, `off`, `010`, `1_000`, `1e5` and `1:30`
  need quotes if text is meant. Duplicate fields, tags, merge keys (`<<`) and empty values are errors.
  Aliases work and are counted each time they are used. A file holds at most 16 MiB and a million values,
  nested at most 100 deep.

## What joins documents

- `metadata.name` is unique per kind, and `connection` names a Connection of the right provider.
- The first rule of a document that matches a topic wins. A literal that an earlier rule of the document
  takes, or that stands twice in one rule, is an error.
- Several documents may speak of one source or link, but two may not claim one topic; a rule with
  `state: unmanaged` claims nothing. Two connections with one endpoint count as one account unless they
  pin different `project`s.
- A Policy speaks of the documents that have its labels, in every file. Where several speak of one
  document, each is kept, so that the stricter wins; a field that none of them has keeps its default. What
  is counted, and when, is told in [safety](safety.md#brakes); windows, long pauses and known drift in
  [policies](policies.md).
- A credential goes to `api.streamkap.com`, `*.confluent.cloud`, this machine, and the hosts in the
  environment variable `RECONCILER_ALLOWED_HOSTS`; nowhere else, and over `https` except to this machine.
"""


class Section(Struct, frozen=True):
    """One table of the reference.

    Attributes:
        model: Name of the model in the schema.
        heading: Its heading.
        level: Depth of the heading.
        example: A document, or empty.
    """

    model: str
    heading: str
    level: int = 3
    example: str = ""


_CONNECTION = """
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: streamkap-prod}
spec:
  provider: streamkap
  endpoint: https://api.streamkap.com
  auth:
    clientId: {env: STREAMKAP_CLIENT_ID}
    clientSecret: {env: STREAMKAP_CLIENT_SECRET}
  limits: {requestsPerSecond: 5, snapshots: 5, timeout: 30s}
---
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: confluent-west}
spec:
  provider: confluent
  endpoint: https://pkc-00000.region.provider.confluent.cloud
  auth: {apiKey: {env: CONFLUENT_API_KEY}, apiSecret: {file: /run/secrets/confluent}}
"""
_SOURCE = """
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata: {name: orders-postgres, labels: {team: payments, tier: "1"}}
spec:
  connection: streamkap-prod
  source: orders-postgres
  snapshots:
    - topics: [public.orders, "public.order_*"]
      state: completed
      since: 2026-11-20T00:00:00Z
      filter: created_at >= '2026-01-01'
      onFailure: {retry: 3}
      deadline: 24h
    - topics: ["audit.*"]
      state: idle
"""
_CLUSTER_LINK = """
apiVersion: reconciler.dev/v1alpha1
kind: ClusterLink
metadata: {name: east-to-west}
spec:
  connection: confluent-west
  clusterId: lkc-abc123
  link: east-to-west
  mirrors:
    - topics: ["orders.*"]
      state: paused
      until: 2026-12-01T06:00:00Z
      reason: CHG-1234
    - topics: ["*"]
      state: active
"""
_POLICY = """
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: payments}
spec:
  selector: {labels: {team: payments}}
  maxChanges: 20
  maxPercent: 30
  reason: more than this at once is an incident
---
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: nights}
spec:
  windows:
    allow:
      - {schedule: "0 22 * * 1-5", duration: 6h, zone: Europe/Berlin, reason: nights of working days}
    deny:
      - {schedule: "0 0 20 12 *", duration: 14d, zone: Europe/Berlin, reason: end of the year}
  maxPause: 14d
  acknowledge:
    - addresses: ["ClusterLink/east-to-west/orders.*"]
      until: 2026-12-01T06:00:00Z
      reason: INC-7
"""

DOCUMENTS = (
    Section("ConnectionDocument", "Connection", 2, _CONNECTION),
    Section("StreamkapSpec", "Connection to Streamkap"),
    Section("StreamkapAuth", "Credential for Streamkap"),
    Section("ConfluentSpec", "Connection to Confluent"),
    Section("ConfluentAuth", "Credential for Confluent"),
    Section("SecretFrom", "Where a secret is found"),
    Section("Limits", "Limits"),
    Section("Tls", "TLS"),
    Section("SourceDocument", "Source", 2, _SOURCE),
    Section("SourceSpec", "Snapshots of a source"),
    Section("CompletedRule", "Rule with `state: completed`"),
    Section("Retry", "Retry"),
    Section("IdleRule", "Rule with `state: idle`"),
    Section("UnmanagedSnapshotRule", "Snapshot rule with `state: unmanaged`"),
    Section("ClusterLinkDocument", "ClusterLink", 2, _CLUSTER_LINK),
    Section("ClusterLinkSpec", "Mirror topics of a link"),
    Section("PausedRule", "Rule with `state: paused`"),
    Section("ActiveRule", "Rule with `state: active`"),
    Section("UnmanagedMirrorRule", "Mirror rule with `state: unmanaged`"),
    Section("PolicyDocument", "Policy", 2, _POLICY),
    Section("PolicySpec", "What a policy lets through"),
    Section("Selector", "Selector"),
    Section("Windows", "Windows"),
    Section("Window", "Window"),
    Section("Acknowledge", "Acknowledged drift"),
    Section("Metadata", "Metadata", 2),
    Section("Suspend", "Suspend", 2),
)
