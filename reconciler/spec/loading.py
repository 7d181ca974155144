"""From paths to `Desired`: every file, every document, every error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from reconciler.core.select import parse_selector
from reconciler.errors import Diagnostic, SpecInvalid
from reconciler.model.desired import Connection, Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.spec.across import (
    Outline,
    check_connections,
    check_names,
    unused_connections,
)
from reconciler.spec.claims import check_claims
from reconciler.spec.composing import MAX_NODES, Composed, compose
from reconciler.spec.endpoints import Hosts, hosts_of
from reconciler.spec.faults import Fault, dotted
from reconciler.spec.files import SpecText, find_files, read_text
from reconciler.spec.plain import Budget, read_document
from reconciler.spec.reading import Read, Value, read
from reconciler.spec.scalars import one_line

FAR_AHEAD = timedelta(days=90)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class _Harvest:
    """What was gathered so far."""

    problems: list[Diagnostic] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    is_complete: bool = True


def load(paths: Sequence[Path | str], *, now: datetime, allowed_hosts: Sequence[str]) -> Desired:
    """Read specs from files and directories.

    Args:
        paths: Files and directories.
        now: Serves one warning, for a `since` far ahead.
        allowed_hosts: Hosts besides the vendors' own that a credential may go to.

    Returns:
        All specs, sorted by address.

    Raises:
        SpecInvalid: The specs have errors; it holds all of them, sorted by place.
        UsageError: A path does not exist, or an allowed host is not a host.
    """
    hosts = hosts_of(allowed_hosts)
    files, problems = find_files(paths)
    harvest = _Harvest(list(problems))
    for path in files:
        text = read_text(path)
        if isinstance(text, Diagnostic):
            harvest.problems.append(text)
            harvest.is_complete = False
        else:
            _gather(text, hosts, harvest)
    outlines = sorted(harvest.outlines, key=lambda outline: outline.origin)
    harvest.problems.extend(check_names(outlines))
    harvest.problems.extend(check_connections(outlines, is_complete=harvest.is_complete))
    harvest.problems.extend(check_claims(outlines))
    if harvest.problems:
        raise SpecInvalid(tuple(sorted(set(harvest.problems))))
    return _desired(harvest.values, outlines, now, len(files))


def _gather(text: SpecText, hosts: Hosts, harvest: _Harvest) -> None:
    """Read every document of a file."""
    for found in _documents(text, hosts):
        if isinstance(found, Fault):
            harvest.problems.append(found.diagnostic(text.file, ""))
            harvest.is_complete = False
            continue
        harvest.problems.extend(found.problems)
        harvest.is_complete = harvest.is_complete and found.outline is not None
        if found.outline:
            harvest.outlines.append(found.outline)
        if found.value:
            harvest.values.append(found.value)


def _documents(text: SpecText, hosts: Hosts) -> Iterator[Read | Fault]:
    """The documents of a file, read; nodes of one are gone before the next is made."""
    budget = Budget(MAX_NODES)
    for composed in compose(text.text):
        if isinstance(composed, Fault):
            yield composed
        elif _is_empty(composed):
            message = "the document is empty"
            spot = composed.spot(composed.root)
            yield Fault(spot, message=message, advice="write it, or remove its `---`")
        else:
            written = read_document(composed, budget)
            yield written if isinstance(written, Fault) else read(written, text.file, hosts)
            if budget.nodes < 0:
                return


def _is_empty(composed: Composed) -> bool:
    """Whether nothing, or only comments, stand between two `---`."""
    root = composed.root
    return isinstance(root, yaml.ScalarNode) and root.style == "" and root.value in _EMPTY


def _desired(
    values: Sequence[Value], outlines: Sequence[Outline], now: datetime, files: int
) -> Desired:
    """Everything, sorted, with the warnings."""
    connections = [value for value in values if isinstance(value, Connection)]
    sources = [value for value in values if isinstance(value, DesiredSource)]
    links = [value for value in values if isinstance(value, DesiredLink)]
    policies = [value for value in values if isinstance(value, DesiredPolicy)]
    warnings = [
        *_far_ahead(sources, now),
        *unused_connections(outlines),
        *_idle_policies(policies, [*sources, *links]),
        *_idle_acknowledgements(policies, [*sources, *links]),
    ]
    return Desired(
        connections=tuple(sorted(connections, key=lambda item: item.address)),
        sources=tuple(sorted(sources, key=lambda item: item.address)),
        links=tuple(sorted(links, key=lambda item: item.address)),
        policies=tuple(sorted(policies, key=lambda item: item.address)),
        warnings=tuple(str(warning) for warning in sorted(warnings)),
        files=files,
    )


def _idle_policies(
    policies: Sequence[DesiredPolicy], documents: Sequence[DesiredSource | DesiredLink]
) -> Iterator[Diagnostic]:
    """Policies that select nothing, perhaps for a slip in a label; odd, but not wrong."""
    for policy in policies:
        if not any(policy.selects(document) for document in documents):
            yield Diagnostic(
                policy.origin.file,
                policy.origin.line,
                policy.origin.column,
                address=str(policy.address),
                field="spec.selector" if policy.labels else "spec",
                message="no Source and no ClusterLink is selected by this policy",
                advice="check its labels, or remove it",
            )


def _idle_acknowledgements(
    policies: Sequence[DesiredPolicy], documents: Sequence[DesiredSource | DesiredLink]
) -> Iterator[Diagnostic]:
    """Acknowledged addresses among which no selected document is; odd, but not wrong."""
    for policy in policies:
        selected = [document.address for document in documents if policy.selects(document)]
        for place, item in enumerate(policy.acknowledged):
            for text in item.addresses:
                if any(parse_selector(text).takes(address) for address in selected):
                    continue
                yield Diagnostic(
                    item.origin.file,
                    item.origin.line,
                    item.origin.column,
                    address=str(policy.address),
                    field=dotted(("spec", "acknowledge", place, "addresses")),
                    message=f"{one_line(text)} is no document that this policy selects",
                    advice="check its name, or remove it",
                )


def _far_ahead(sources: Sequence[DesiredSource], now: datetime) -> Iterator[Diagnostic]:
    """Rules whose `since` is so far ahead that it may be a slip of the pen."""
    for source in sources:
        for place, rule in enumerate(source.rules):
            if rule.since and rule.since - now > FAR_AHEAD:
                yield Diagnostic(
                    rule.origin.file,
                    rule.origin.line,
                    rule.origin.column,
                    address=str(source.address),
                    field=dotted(("spec", "snapshots", place, "since")),
                    message=f"{rule.since:%Y-%m-%dT%H:%M:%SZ} is more than 90 days ahead",
                    advice="nothing happens until then; check the year",
                )
