"""Undocumented behaviour as switches: every value is one a client must survive.

The first value of each row is the default. What is known of each, and how surely, stands in
`docs/apis/streamkap.md#unknown` and `docs/apis/confluent.md#unknown`.
"""

from collections.abc import Mapping

from reconciler.records import Struct

VALUES: dict[str, tuple[str, ...]] = {
    # Streamkap: what reads show
    "run_times": ("value", "null", "naive", "epoch_ms"),
    "metrics_window": ("none", "24h"),
    "history_depth": ("all", "1"),
    "snapshot_read_missing": ("empty", "404", "null"),
    "lineage": ("batch", "missing", "other_shape"),
    "publish_lag": ("0", "30s", "5m"),
    "pending_listed": ("yes", "no"),
    "pairing": ("aligned", "shuffled", "short"),
    "missing_source": ("404", "empty"),
    "total_lies": ("no", "yes"),
    # Streamkap: what starts and stops do
    "conflict_on": ("running+pending", "running", "overlap", "never"),
    "resume": ("restart", "keeps_start"),
    "topic_names": ("pretty", "full"),
    "unknown_name": ("422", "ignored", "whole_source"),
    "bulk_result_id": ("source", "topic", "name"),
    "bulk_skips_silently": ("no", "yes"),
    "stop_narrows": ("no", "yes"),
    "stop_when_idle": ("404", "200"),
    # Confluent
    "repeat_pause": ("ok", "400"),
    "unknown_mirror": ("item", "404"),
    "answer_order": ("shuffled", "request"),
    "answer_missing_items": ("no", "yes"),
    "link_pause_shows": ("LINK_PAUSED", "PAUSED"),
    "stopped_listed": ("yes", "no"),
    # Both
    "nulls": ("present", "omitted"),
    "unknown_status": ("no", "yes"),
    "date_header": ("exact", "skewed", "absent"),
    "too_many_requests": ("html", "json", "html+retry_after", "json+retry_after"),
}


class Quirks(Struct, frozen=True):
    """One value per switch of `VALUES`, by the same name."""

    run_times: str = "value"
    metrics_window: str = "none"
    history_depth: str = "all"
    snapshot_read_missing: str = "empty"
    lineage: str = "batch"
    publish_lag: str = "0"
    pending_listed: str = "yes"
    pairing: str = "aligned"
    missing_source: str = "404"
    total_lies: str = "no"
    conflict_on: str = "running+pending"
    resume: str = "restart"
    topic_names: str = "pretty"
    unknown_name: str = "422"
    bulk_result_id: str = "source"
    bulk_skips_silently: str = "no"
    stop_narrows: str = "no"
    stop_when_idle: str = "404"
    repeat_pause: str = "ok"
    unknown_mirror: str = "item"
    answer_order: str = "shuffled"
    answer_missing_items: str = "no"
    link_pause_shows: str = "LINK_PAUSED"
    stopped_listed: str = "yes"
    nulls: str = "present"
    unknown_status: str = "no"
    date_header: str = "exact"
    too_many_requests: str = "html"


def parse(given: Mapping[str, object]) -> Quirks:
    """Quirks from a document; what is not given keeps its default.

    Args:
        given: Switch name to value; booleans and numbers are read as the words they look like.

    Raises:
        ValueError: A switch or a value that does not exist; the message names those that do.
    """
    chosen: dict[str, str] = {}
    for name, value in given.items():
        if name not in VALUES:
            raise ValueError(f"unknown quirk {name!r}; there are {', '.join(sorted(VALUES))}")
        word = (
            {True: "yes", False: "no"}.get(value, str(value))
            if isinstance(value, bool)
            else str(value)
        )
        if word not in VALUES[name]:
            raise ValueError(f"quirk {name}: {word!r} is none of {', '.join(VALUES[name])}")
        chosen[name] = word
    return Quirks(**chosen)


def as_dict(quirks: Quirks) -> dict[str, str]:
    """Every switch and its value, in the order of `VALUES`."""
    return {name: str(getattr(quirks, name)) for name in quirks.__struct_fields__}
