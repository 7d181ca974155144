"""Trying every read that a plan makes on Streamkap, on a few sources.

| check | asks | what is odd |
| --- | --- | --- |
| credential | for a token | |
| sources | every page | none, several projects, one of another project |
| snapshots | the dashboard's batch for up to 100 sources, else the metrics of one | the batch is not there |
| times | nothing more | without a zone, milliseconds, none |
| topics | one page of details | ids that cannot be paired |
| second witness | the details by snapshot | |
| clock, pace | nothing more | apart, repeated |
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from reconciler.core.words import plural
from reconciler.errors import AuthFailed, ProviderError
from reconciler.model.checkup import Check, Examined, Level
from reconciler.model.desired import Connection, Observer
from reconciler.model.observed import ENDED_WORDS
from reconciler.providers.checking import (
    clock_check,
    common_settings,
    failed,
    odd,
    pace_check,
    passed,
)
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.client import BATCH, StreamkapClient
from reconciler.providers.streamkap.listing import all_sources
from reconciler.providers.streamkap.topics import Details, read_details
from reconciler.records import Struct, field

_PERIOD = timedelta(days=3 * 365)
_WITH_METRICS = 3
_DETAILED = 10
_TIMES = {
    "zone": "RFC 3339 with a zone",
    "naive": "without a zone, which is read as UTC",
    "milliseconds": "milliseconds since 1970",
    "none": "no time at all",
}
_LOOK = "look at the permissions of the API token's roles"


class _Shown(Struct):
    """Runs as an observer shows them: status and time, raw."""

    runs: list[tuple[str, wire.Timestamp]] = field(default_factory=list)


class _Look(Struct):
    """One examination.

    Attributes:
        client: Of the connection.
        connection: What the spec declares.
        checks: So far.
        settings: So far.
    """

    client: StreamkapClient
    connection: Connection
    checks: list[Check] = field(default_factory=list)
    settings: list[tuple[str, str]] = field(default_factory=list)

    def add(self, *checks: Check) -> None:
        """Remember checks."""
        self.checks.extend(checks)


async def examine(client: StreamkapClient, connection: Connection) -> Examined:
    """See `Surveyor.examine`.

    Args:
        client: Of the connection.
        connection: What the spec declares.
    """
    look = _Look(client, connection)
    sources = await _sources(look)
    if sources is None:
        return Examined(tuple(look.checks))
    if sources:
        shown = await _snapshots(look, [source.id for source in sources])
        look.add(*_times(shown.runs))
        await _topics(look, [source.id for source in sources[:_DETAILED]])
    look.add(clock_check(client.transport.seen), pace_check(client.transport))
    settings = (*look.settings, *common_settings(connection, client.transport))
    return Examined(tuple(look.checks), settings)


async def _sources(look: _Look) -> list[wire.Source] | None:
    """Every source; None where nothing further can be asked."""
    try:
        await look.client.transport.sign_in()
        look.add(passed("credential", "a token was given"))
        found = await all_sources(look.client)
    except AuthFailed as error:
        look.add(failed("credential", error))
        return None
    except ProviderError as error:
        look.add(failed("sources" if look.checks else "credential", error))
        return None
    if not found:
        advice = "check the project of the API token"
        look.add(odd("sources", "there are none, so nothing further was tried", advice))
        return found
    look.add(passed("sources", plural(len(found), "source")))
    _project(look, found)
    return found


def _project(look: _Look, sources: Sequence[wire.Source]) -> None:
    projects = sorted({source.service_id for source in sources if source.service_id})
    pinned = look.connection.project
    if pinned and projects != [pinned]:
        told = f"pinned to {pinned}, but sources are of {', '.join(projects) or 'no project'}"
        look.add(odd("project", told, "check spec.project, and which project the token is of"))
    elif len(projects) == 1:
        look.add(passed("project", f"every source is of {projects[0]}"))
        look.settings.append(("project", projects[0]))
    else:
        told = f"{len(projects)} projects" if projects else "sources do not say their project"
        look.add(odd("project", told, "leave spec.project out"))


async def _snapshots(look: _Look, source_ids: Sequence[str]) -> _Shown:
    """Which observer answers; the settings name it."""
    shown = _Shown()
    wanted = look.connection.observe
    lineage = await _lineage(look, source_ids[:BATCH], shown)
    metrics = lineage if lineage.level is Level.OK else await _metrics(look, source_ids, shown)
    if lineage.level is Level.OK:
        look.add(lineage)
        look.settings.append(("observe", Observer.LINEAGE))
        if wanted is Observer.METRICS:
            advice = "`observe: lineage` shows more: starts, rows, older runs"
            look.add(odd("observe", "the connection asks the metrics", advice))
    elif metrics.level is Level.OK:
        advice = "write `observe: metrics`, and expect undated runs"
        look.add(odd("lineage", lineage.found, advice), metrics)
        look.settings.append(("observe", Observer.METRICS))
    else:
        look.add(lineage, metrics)
    return shown


async def _lineage(look: _Look, source_ids: Sequence[str], shown: _Shown) -> Check:
    try:
        answer = await look.client.lineage(source_ids, Purpose.READS)
    except ProviderError as error:
        return failed("lineage", error, _LOOK)
    if not answer.keys() & set(source_ids):
        return Check("lineage", Level.FAIL, "the answer is not grouped by source id", _LOOK)
    for topic in (topic for topics in answer.values() for topic in topics or ()):
        details = topic.snapshot_details or ()
        shown.runs += [(d.status or "", d.start_timestamp) for d in details]
    return passed("lineage", f"answers for {plural(len(source_ids), 'source')}")


async def _metrics(look: _Look, source_ids: Sequence[str], shown: _Shown) -> Check:
    since = look.client.transport.clock.now() - _PERIOD
    asked = source_ids[:_WITH_METRICS]
    for source_id in asked:
        try:
            answer = await look.client.metrics(source_id, since, Purpose.READS)
        except ProviderError as error:
            return failed("metrics", error, "read:source_metrics is the permission it needs")
        shown.runs += [(item.status or "", item.submit_timestamp) for item in answer or ()]
    return passed("metrics", f"answer for {plural(len(asked), 'source')}")


def _times(runs: Sequence[tuple[str, wire.Timestamp]]) -> list[Check]:
    """How times are written, and how many ended runs have none."""
    if not runs:
        return [odd("times", "no run is shown, so that nothing is known of times", "")]
    kinds = Counter(_kind(time) for _, time in runs)
    told = ", ".join(f"{_TIMES[kind]} ({count})" for kind, count in sorted(kinds.items()))
    unread = kinds.get("none", 0) == len(runs)
    checks = [
        odd("times", told, "no `since` can be seen to hold; tell times with `ledger mark`")
        if unread
        else passed("times", told)
    ]
    undated = sum(status in ENDED_WORDS and _kind(time) == "none" for status, time in runs)
    if undated:
        told = f"{plural(undated, 'ended run')} of {len(runs)} without a time"
        checks.append(odd("undated runs", told, "`ledger mark` tells when they ran"))
    return checks


def _kind(time: wire.Timestamp) -> str:
    if time is None or time == "":
        return "none"
    if not isinstance(time, str) or time.strip().lstrip("-").isdigit():
        return "milliseconds"
    written = time.strip().upper()
    has_zone = written.endswith("Z") or "+" in written or "-" in written[10:]
    return "zone" if has_zone else "naive"


async def _topics(look: _Look, source_ids: Sequence[str]) -> None:
    """The two reads of topics: which there are, and which ever ran."""
    found = await read_details(look.client, source_ids, Purpose.READS, with_runs=False)
    look.add(_paired(found.values()))
    ran = await read_details(look.client, source_ids, Purpose.READS, with_runs=True)
    errors = [item for item in ran.values() if isinstance(item, ProviderError)]
    look.add(
        failed("second witness", errors[0], _LOOK)
        if errors
        else passed("second witness", "tells which topics ever had a snapshot")
    )


def _paired(found: Iterable[Details | ProviderError]) -> Check:
    details: list[Details] = []
    for item in found:
        if isinstance(item, ProviderError):
            return failed("topics", item, _LOOK)
        details.append(item)
    if not all(item.is_attributed for item in details):
        advice = "ask the vendor; no glob can be matched"
        return Check("topics", Level.FAIL, "topics are not named source_<id>.<topic>", advice)
    unpaired = sum(1 for item in details if item.names and len(item.db_ids) != len(item.names))
    count = sum(len(item.names) for item in details)
    told = f"{plural(count, 'topic')} of {plural(len(details), 'source')}"
    if not unpaired:
        return passed("topics", f"{told}; each has its database id")
    told += f"; ids of {plural(unpaired, 'source')} cannot be paired"
    return odd("topics", told, "nothing to do: their starts go one by one, not in bulk")
