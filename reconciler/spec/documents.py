"""The kinds of documents as pydantic models: their shape, and the words that explain them.

The models say what one field, or one field beside its siblings' names, must be; they are the source
of JSON Schema and of the reference. What joins fields or documents is in `checks` and `across`.
Optional fields default to None only to be told apart from written ones: nothing in a spec is null.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from reconciler.spec import constraints
from reconciler.spec.accounts import ConfluentSpec, StreamkapSpec
from reconciler.spec.fields import (
    ApiVersion,
    ClusterId,
    Deadline,
    MaxAge,
    Name,
    Spread,
    Time,
    Topic,
    Trimmed,
    Until,
    VendorId,
)
from reconciler.spec.parts import Metadata, Part, Suspend
from reconciler.spec.policies import PolicySpec

_Topics: TypeAlias = Annotated[
    list[Topic],
    Field(
        min_length=1,
        description="Names without `source_<id>.`, or shell globs (`*`, `?`, `[…]`) over the whole "
        "name; `*` crosses dots. The first rule of a document that matches a topic wins.",
        examples=[["public.orders", "public.order_*"]],
    ),
]


class Retry(Part):
    """Start again after a failed run."""

    retry: int = Field(
        ge=1, le=10, description="How many more starts are allowed for the same `since`."
    )


class CompletedRule(Part):
    """The topics have a completed snapshot that is young enough."""

    model_config = ConfigDict(json_schema_extra=constraints.COMPLETED)

    topics: _Topics
    state: Literal["completed"] = Field(
        description="A completed run must have started at or after `since`, or within `maxAge`. "
        "Completed means that the rows are in Kafka, not that they reached a destination."
    )
    since: Time | None = Field(
        None,
        description="A completed run must have started at or after this time. To snapshot again, "
        "raise it. Exactly one of `since` and `maxAge`.",
    )
    max_age: MaxAge | None = Field(
        None,
        description="A completed run must have started no longer ago than this; at least 1h. "
        "Exactly one of `since` and `maxAge`.",
    )
    spread: Spread | None = Field(
        None,
        description="How much sooner than after `maxAge` a source may fall due, so that not all "
        "sources do at once; the same for all its topics, and never later. Default a tenth of "
        "`maxAge`; at most half of it; 0 for none. Only with `maxAge`.",
    )
    type: Literal["incremental", "blocking"] | None = Field(
        None,
        description="How a run of ours reads. `incremental`, the default, beside the stream; "
        "`blocking` pauses streaming, which is disruptive.",
    )
    filter: Annotated[str, Field(min_length=1)] | None = Field(
        None,
        description="Condition on the rows of each topic, in the source's own SQL; incremental only.",
        examples=["created_at >= '2026-01-01'"],
    )
    surrogate_key: Trimmed | None = Field(
        None,
        description="Column to walk along where a table has no primary key; one for the whole run, "
        "incremental only.",
        examples=["order_id"],
    )
    on_failure: Literal["hold"] | Retry | None = Field(
        None,
        description="What a failed run means: `hold`, the default, waits for a person; "
        "`{retry: 3}` starts again that often.",
        examples=["hold", {"retry": 3}],
    )
    on_cancel: Literal["hold", "restart"] | None = Field(
        None,
        description="What a cancelled run means: `hold`, the default, waits for a person; "
        "`restart` starts again.",
    )
    deadline: Deadline | None = Field(
        None, description="A run in progress or waiting for longer than this needs a person."
    )


class IdleRule(Part):
    """No snapshot may run on the topics."""

    topics: _Topics
    state: Literal["idle"] = Field(description="A run that is seen is stopped.")
    allow_source_wide: bool | None = Field(
        None,
        description="A stop ends every run of its source. Default false: it is refused where it "
        "would hit topics that no rule names or that another rule wants completed.",
    )


class UnmanagedSnapshotRule(Part):
    """The topics are left alone, and later rules do not see them."""

    topics: _Topics
    state: Literal["unmanaged"] = Field(description="Nothing is asked of these topics.")


class SourceSpec(Part):
    """The snapshots of one Streamkap source."""

    model_config = ConfigDict(json_schema_extra=constraints.one_of(("source",), ("sourceId",)))

    connection: Name = Field(
        description="`metadata.name` of a Connection with `provider: streamkap`.",
        examples=["streamkap-prod"],
    )
    source: Trimmed | None = Field(
        None,
        description="Exact name of the source in Streamkap. Exactly one of `source` and `sourceId`.",
        examples=["orders-postgres"],
    )
    source_id: VendorId | None = Field(
        None,
        description="Id of the source in Streamkap, 24 hexadecimal digits; it survives a renaming. "
        "Exactly one of `source` and `sourceId`.",
        examples=["67ad6e0af08a2365c729ba79"],
    )
    snapshots: list[
        Annotated[CompletedRule | IdleRule | UnmanagedSnapshotRule, Field(discriminator="state")]
    ] = Field(
        min_length=1,
        description="Rules in order; the first that matches a topic wins. A topic that none matches "
        "is unmanaged.",
    )
    suspend: Suspend | None = Field(None, description="Halt this document.")


_REASON = "Why, for whoever reads the plan."
_MIRROR_DEADLINE = (
    "A mirror topic whose source is unavailable, or that did not settle, for longer than this needs "
    "a person."
)


class PausedRule(Part):
    """The mirror topics are paused, for a time."""

    topics: _Topics
    state: Literal["paused"] = Field(description="Mirroring stands still.")
    until: Until = Field(
        description="When the pause ends: from then on the rule means `active`. `never` makes it a "
        "disruptive change."
    )
    reason: str | None = Field(None, description=_REASON, examples=["CHG-1234"])
    deadline: Deadline | None = Field(None, description=_MIRROR_DEADLINE)


class ActiveRule(Part):
    """The mirror topics are mirrored."""

    topics: _Topics
    state: Literal["active"] = Field(description="A paused mirror topic is resumed.")
    reason: str | None = Field(None, description=_REASON, examples=["CHG-1234"])
    deadline: Deadline | None = Field(None, description=_MIRROR_DEADLINE)


class UnmanagedMirrorRule(Part):
    """The mirror topics are left alone, and later rules do not see them."""

    topics: _Topics
    state: Literal["unmanaged"] = Field(description="Nothing is asked of these mirror topics.")
    reason: str | None = Field(None, description=_REASON, examples=["CHG-1234"])


class ClusterLinkSpec(Part):
    """The mirror topics of one cluster link."""

    connection: Name = Field(
        description="`metadata.name` of a Connection with `provider: confluent`.",
        examples=["confluent-west"],
    )
    cluster_id: ClusterId = Field(
        description="Id of the destination cluster, so that the wrong cluster is never touched.",
        examples=["lkc-abc123"],
    )
    link: Trimmed = Field(description="Name of the cluster link.", examples=["east-to-west"])
    mirrors: list[
        Annotated[PausedRule | ActiveRule | UnmanagedMirrorRule, Field(discriminator="state")]
    ] = Field(
        min_length=1,
        description="Rules in order; the first that matches a mirror topic wins. A topic that none "
        "matches is unmanaged.",
    )
    suspend: Suspend | None = Field(None, description="Halt this document.")


class ConnectionDocument(Part):
    """Where a vendor answers, and where its credential is found."""

    api_version: ApiVersion = Field(description="Version of this format.")
    kind: Literal["Connection"] = Field(description="One account at one vendor.")
    metadata: Metadata = Field(description="What the connection is called.")
    spec: Annotated[StreamkapSpec | ConfluentSpec, Field(discriminator="provider")] = Field(
        description="The account."
    )


class SourceDocument(Part):
    """The snapshot state of the topics of one change-data-capture source."""

    api_version: ApiVersion = Field(description="Version of this format.")
    kind: Literal["Source"] = Field(description="One Streamkap source.")
    metadata: Metadata = Field(description="What the document is called.")
    spec: SourceSpec = Field(description="The source and what is wanted of it.")


class ClusterLinkDocument(Part):
    """The pause state of the mirror topics of one cluster link."""

    api_version: ApiVersion = Field(description="Version of this format.")
    kind: Literal["ClusterLink"] = Field(description="One Confluent cluster link.")
    metadata: Metadata = Field(description="What the document is called.")
    spec: ClusterLinkSpec = Field(description="The link and what is wanted of it.")


class PolicyDocument(Part):
    """A rule over rules: how much may change at once, when changes go, and what drift is known."""

    api_version: ApiVersion = Field(description="Version of this format.")
    kind: Literal["Policy"] = Field(description="One policy on changes.")
    metadata: Metadata = Field(description="What the document is called.")
    spec: PolicySpec = Field(description="What it speaks of, and what it lets through.")


Document: TypeAlias = ConnectionDocument | SourceDocument | ClusterLinkDocument | PolicyDocument
