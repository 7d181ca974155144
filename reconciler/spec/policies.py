"""What a Policy document may say, as pydantic models: how much may change, when, and what is known."""

from typing import Annotated

from pydantic import ConfigDict, Field

from reconciler.spec import constraints
from reconciler.spec.fields import (
    AcknowledgedAddress,
    Count,
    LabelKey,
    MaxPause,
    Percent,
    Schedule,
    Time,
    Trimmed,
    WindowLength,
    Zone,
)
from reconciler.spec.parts import Part

FIELDS = ("maxChanges", "maxPercent", "windows", "maxPause", "acknowledge")
"""Of these a Policy has at least one."""
_REASON = "Why, for whoever reads the plan."


class Selector(Part):
    """The documents that have all of these labels."""

    labels: dict[LabelKey, str] = Field(
        min_length=1,
        description="Labels that a Source or ClusterLink must all have.",
        examples=[{"team": "payments"}],
    )


class Window(Part):
    """A time that comes again and again."""

    schedule: Schedule = Field(
        description="When it begins: a cron expression of minute, hour, day of month, month and day "
        "of week. A time that clocks skip begins right after the gap, and one that comes twice begins "
        "the first time; with a `*` at the head of minute or hour, at each time there really is.",
    )
    duration: WindowLength = Field(
        description="How long it lasts, from 1m to 31d; elapsed time, also where clocks change "
        "meanwhile. Windows that overlap or touch are one."
    )
    zone: Zone | None = Field(
        None, description="Time zone of the schedule, by its IANA name. Default `UTC`."
    )
    reason: str | None = Field(None, description=_REASON, examples=["CHG-1234"])


_ALLOW = (
    "Where there is one, changes go only inside one of these. At least one of `allow` and `deny`."
)
_DENY = (
    "Inside one of these no change goes, whatever `allow` says. At least one of `allow` and `deny`."
)


class Windows(Part):
    """When changes may be made; outside they are deferred, and `--break-glass` lifts that."""

    model_config = ConfigDict(json_schema_extra=constraints.any_of("allow", "deny"))

    allow: Annotated[list[Window], Field(min_length=1)] | None = Field(None, description=_ALLOW)
    deny: Annotated[list[Window], Field(min_length=1)] | None = Field(None, description=_DENY)


class Acknowledge(Part):
    """Drift that somebody knows of and lets be for a while. It changes nothing that apply does."""

    addresses: list[AcknowledgedAddress] = Field(
        min_length=1,
        description="`KIND/NAME` or `KIND/NAME/TOPIC`, as for `--select`; name and topic may be "
        "globs. Only among the documents that the policy selects.",
        examples=[["ClusterLink/east/*"]],
    )
    until: Time = Field(description="From then on it counts again. There is none without an end.")
    reason: Trimmed = Field(
        description="Why it may be, for whoever reads of it.", examples=["INC-7"]
    )


class PolicySpec(Part):
    """How much may change at once that nobody asked for, when it may change, and what is known."""

    model_config = ConfigDict(json_schema_extra=constraints.any_of(*FIELDS))

    selector: Selector | None = Field(
        None, description="What the policy speaks of; without it, every Source and ClusterLink."
    )
    max_changes: Count | None = Field(
        None,
        description="No more topics of sources, and no more mirror topics, may change at once. "
        "0 lets none through.",
        examples=[20],
    )
    max_percent: Percent | None = Field(
        None,
        description="The same as a share of what is managed, from 0 to 100; 100 lifts it. Default "
        "50 where more than 10 of a kind are managed.",
        examples=[30],
    )
    windows: Windows | None = Field(
        None, description="When changes may be made. Without it, at any time."
    )
    max_pause: MaxPause | None = Field(
        None,
        description="A mirror topic that has been PAUSED for longer than this, wanted or not, is "
        "warned of and counts as drift.",
    )
    acknowledge: Annotated[list[Acknowledge], Field(min_length=1)] | None = Field(
        None, description="Drift that is known: told apart, and neither counted nor notified of."
    )
    reason: str | None = Field(None, description=_REASON, examples=["CHG-1234"])
