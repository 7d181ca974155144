"""What starts and stops do at their sources, in a line: rows, time, connectors.

Whoever approves a snapshot has to know what it costs the source. What nobody knows is said as that.
"""

from collections.abc import Iterable

from reconciler.core.impact import Toll, toll
from reconciler.core.words import listed, plural, span
from reconciler.model.address import Address
from reconciler.model.verdict import Finding


def impact_in_words(findings: Iterable[Finding]) -> str:
    """What the starts and stops of one document do, in a line without its point.

    Args:
        findings: Of one document; only changes count.

    Returns:
        Such as `about 1,200,000 rows will be read again · last run took 12m · connector restart: no`;
        empty where nothing starts or stops.
    """
    found = toll(findings)
    return " · ".join([*_reading(found), *_connectors(found, named=False)]) if found else ""


def toll_in_words(findings: Iterable[Finding]) -> str:
    """What all starts and stops of a plan do together, in a line without its point.

    Args:
        findings: Of a plan; only changes count.

    Returns:
        As `impact_in_words`, with the topics counted and the documents named whose connectors do
        anything but run on; empty where nothing starts or stops.
    """
    found = toll(findings)
    if found is None:
        return ""
    topics = [f"{plural(found.topics, 'topic')} to read"] if found.topics else []
    return " · ".join([*topics, *_reading(found), *_connectors(found, named=True)])


def _reading(found: Toll) -> list[str]:
    if not found.topics:
        return []
    if found.first:
        return ["rows unknown, no earlier run"]
    return [_rows(found), _time(found)]


def _time(found: Toll) -> str:
    if found.longest is None:
        return "duration of the last run unknown"
    return f"{'longest ' if found.topics > 1 else ''}last run took {span(found.longest)}"


def _rows(found: Toll) -> str:
    if found.rows is None:
        return "rows unknown"
    text = f"about {found.rows:,} rows will be read again"
    text += ", more or fewer by the filter" if found.filtered else ""
    return text + (f", rows of {plural(found.unknown, 'topic')} unknown" if found.unknown else "")


def _connectors(found: Toll, *, named: bool) -> list[str]:
    words = {True: "yes", False: "no", None: "unknown"}
    who = found.restarts or found.doubtful
    parts = [f"connector restart: {words[found.restart]}{_names(who) if named else ''}"]
    if found.pauses:
        pausing = "streaming pauses until it is over"
        parts.append(f"{pausing}{_names(found.pauses) if named else ''}")
    return parts


def _names(who: tuple[Address, ...]) -> str:
    return f" ({listed(tuple(map(str, who)))})" if who else ""
