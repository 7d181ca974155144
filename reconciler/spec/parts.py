"""What every document is made of: strict mappings, a name, a halt."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from reconciler.spec.fields import LabelKey, Name, Time


class Part(BaseModel):
    """Anything that is written as a mapping."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        defer_build=True,  # only whole documents are ever validated; their parts need no validator
    )


class Metadata(Part):
    """What a document is called."""

    name: Name = Field(
        description="Our name for it, unique among documents of its kind. Findings, `--select` and "
        "other documents use it; the vendors never see it.",
        examples=["orders-postgres"],
    )
    labels: dict[LabelKey, str] | None = Field(
        None,
        description="Free words for `--label key=value`.",
        examples=[{"team": "payments", "tier": "1"}],
    )


class Suspend(Part):
    """A declared halt: still judged and shown, but nothing is done until it ends."""

    until: Time = Field(
        description="When the halt ends by itself. There is no halt without an end."
    )
    reason: str | None = Field(
        None, description="Why, for whoever reads the plan.", examples=["INC-42"]
    )
