"""The `spec` of a Connection as models: one shape per vendor."""

from typing import Literal

from pydantic import ConfigDict, Field

from reconciler.spec import constraints
from reconciler.spec.fields import BasePath, Count, EnvName, FilePath, Lag, Patience, Rate, Trimmed
from reconciler.spec.parts import Part, Suspend


class SecretFrom(Part):
    """Where a secret is found. The secret itself never stands in a spec."""

    model_config = ConfigDict(json_schema_extra=constraints.one_of(("env",), ("file",)))

    env: EnvName | None = Field(
        None,
        description="Name of the environment variable that holds the secret.",
        examples=["STREAMKAP_CLIENT_SECRET"],
    )
    file: FilePath | None = Field(
        None,
        description="Path of the file that holds the secret and nothing else, such as a mounted "
        "Kubernetes secret.",
        examples=["/run/secrets/streamkap"],
    )


class StreamkapAuth(Part):
    """A Streamkap API client."""

    client_id: SecretFrom = Field(description="Where the client id is found.")
    client_secret: SecretFrom = Field(description="Where the client secret is found.")


class ConfluentAuth(Part):
    """A Confluent credential: a cluster API key with its secret, or a bearer token."""

    model_config = ConfigDict(
        json_schema_extra=constraints.one_of(("apiKey", "apiSecret"), ("token",))
    )

    api_key: SecretFrom | None = Field(None, description="Where the cluster's API key is found.")
    api_secret: SecretFrom | None = Field(None, description="Where the secret of the key is found.")
    token: SecretFrom | None = Field(None, description="Where an OAuth bearer token is found.")


class Limits(Part):
    """Bounds on what one connection is asked. 0 lifts a bound."""

    requests_per_second: Rate | None = Field(
        None, description="Sustained rate of requests. Default 5."
    )
    burst: Count | None = Field(
        None, description="Requests that may go at once before the rate holds. Default 10."
    )
    concurrency: Count | None = Field(None, description="Requests under way at once. Default 8.")
    timeout: Patience | None = Field(
        None, description="How long to wait for the answer to a read. Default 30s."
    )
    write_timeout: Patience | None = Field(
        None,
        description="How long to wait for the answer to a write. Longer than for a read, since a "
        "lost answer leaves an unknown outcome. Default 3m.",
    )
    snapshots: Count | None = Field(
        None, description="Sources that may have a snapshot run at once. Default 5."
    )
    sources_per_call: Count | None = Field(
        None,
        description="Sources in one bulk call, so that a lost answer blurs no more. Default 50.",
    )
    names_per_call: Count | None = Field(
        None, description="Mirror topics in one call. Default 1000."
    )


class Tls(Part):
    """Trust for a private certificate authority."""

    ca_file: FilePath = Field(
        description="PEM file of certificate authorities, from the directory the command runs in.",
        examples=["ca.pem"],
    )


class StreamkapSpec(Part):
    """One account at Streamkap."""

    model_config = ConfigDict(json_schema_extra=constraints.AUTH_UNLESS_SANDBOX)

    provider: Literal["streamkap"] = Field(description="Streamkap: sources and their snapshots.")
    endpoint: Trimmed = Field(
        description="Base URL, or `sandbox` for the embedded one. A credential goes only to hosts "
        "that are known or that the pipeline allows.",
        examples=["https://api.streamkap.com", "sandbox"],
    )
    auth: StreamkapAuth | None = Field(
        None, description="The credential; only `sandbox` goes without."
    )
    project: Trimmed | None = Field(
        None,
        description="Streamkap service id that every source of this connection must have. Guards "
        "against a credential of the wrong project.",
        examples=["65f0c1d2e3f4a5b6c7d8e9f0"],
    )
    observe: Literal["auto", "lineage", "metrics"] | None = Field(
        None,
        description="Which endpoint answers for the state of snapshots. `auto`, the default, tries "
        "the batch endpoint and falls back to one request per source.",
    )
    lag: Lag | None = Field(
        None,
        description="How long a started run may stay invisible at the vendor; at least 100ms. "
        "Default 60s, for `sandbox` 1s.",
    )
    limits: Limits | None = Field(None, description="Bounds on requests and runs.")
    tls: Tls | None = Field(None, description="Trust beyond the system's authorities.")
    suspend: Suspend | None = Field(None, description="Halt everything behind this connection.")


class ConfluentSpec(Part):
    """One Kafka REST endpoint of Confluent: a cluster and the links into it."""

    model_config = ConfigDict(json_schema_extra=constraints.AUTH_UNLESS_SANDBOX)

    provider: Literal["confluent"] = Field(
        description="Confluent: cluster links and their mirror topics."
    )
    endpoint: Trimmed = Field(
        description="REST endpoint of the destination cluster, or `sandbox` for the embedded one. A "
        "credential goes only to hosts that are known or that the pipeline allows.",
        examples=["https://pkc-00000.region.provider.confluent.cloud", "sandbox"],
    )
    base_path: BasePath | None = Field(
        None,
        description="Path before `/clusters`. Default `/kafka/v3`; Confluent Platform may use `/v3`.",
        examples=["/v3"],
    )
    auth: ConfluentAuth | None = Field(
        None, description="The credential; only `sandbox` goes without."
    )
    lag: Lag | None = Field(
        None,
        description="How long a change may stay invisible at the vendor; at least 100ms. Default "
        "60s, for `sandbox` 1s.",
    )
    limits: Limits | None = Field(None, description="Bounds on requests.")
    tls: Tls | None = Field(None, description="Trust beyond the system's authorities.")
    suspend: Suspend | None = Field(None, description="Halt everything behind this connection.")
