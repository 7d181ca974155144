"""A saved plan as JSON: what `plan --format json` prints, and what apply needs beside it."""

from reconciler.core.digest import digest
from reconciler.core.outcomes import of_plan
from reconciler.model.call import Json
from reconciler.model.saved import SavedPlan, SpecPin
from reconciler.render import json_parts as parts
from reconciler.render import json_view

FORMAT = "1.0"


def write(saved: SavedPlan) -> str:
    """The text of a plan file: ASCII, sorted keys, two spaces, a line end.

    Args:
        saved: What it shall hold.
    """
    held = content(saved)
    return json_view.dumps({**held, "integrity": digest(held)})


def content(saved: SavedPlan) -> dict[str, Json]:
    """A plan file as `reconciler schema planfile` describes it, but for the digest of itself.

    Args:
        saved: What it shall hold.
    """
    plan = saved.plan
    words = of_plan(plan)
    shown = json_view.plan(plan, words)
    del shown["outcome"], shown["outcomes"]
    return {
        **shown,
        "format_version": FORMAT,
        "reconciler_version": saved.version,
        "not_after": parts.time_text(saved.not_after),
        "specs": [_pin(pin) for pin in saved.specs],
        "summary": {**json_view.plan_summary(plan), "outcome": str(words[0])},
    }


def _pin(pin: SpecPin) -> Json:
    return {
        "address": str(pin.address),
        "file": pin.file,
        "digest": pin.digest,
        "target": pin.target or None,
    }
