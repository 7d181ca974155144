"""From paths to `Desired`: every file, every document, every error."""

# ruff: noqa: PLC0415 - only who asks for documents as they result needs what writes documents

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from reconciler.core.select import parse_selector
from reconciler.errors import Diagnostic, SpecInvalid
from reconciler.model.address import Address
from reconciler.model.desired import Connection, Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.model.environment import Environment
from reconciler.records import Struct, field
from reconciler.spec.across import (
    Outline,
    check_connections,
    check_names,
    unused_connections,
)
from reconciler.spec.claims import check_claims
from reconciler.spec.composing import MAX_NODES, Composed, compose
from reconciler.spec.endpoints import Hosts
from reconciler.spec.faults import Fault, dotted
from reconciler.spec.files import SpecText, find_files, read_text
from reconciler.spec.plain import Budget, read_document
from reconciler.spec.reading import Read, Value, read
from reconciler.spec.scalars import one_line
from reconciler.spec.shaping import Shaped, check_overlays, shape, unused_values
from reconciler.spec.values import OVERLAYS, Values
from reconciler.spec.variables import has_any

if TYPE_CHECKING:
    from reconciler.spec.resulting import Resulting

FAR_AHEAD = timedelta(days=90)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


class _Harvest(Struct):
    """What was gathered so far."""

    problems: list[Diagnostic] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    documents: list["Resulting"] = field(default_factory=list)
    shaped: list[Address] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    overlays: set[str] = field(default_factory=set)
    is_complete: bool = True


class Loaded(Struct, frozen=True):
    """Valid specs, as values and as documents.

    Attributes:
        desired: All specs, sorted by address.
        documents: The same as they result, sorted by address; empty if nobody asked.
    """

    desired: Desired
    documents: tuple["Resulting", ...]


def load(
    paths: Sequence[Path | str],
    *,
    now: datetime,
    hosts: Hosts,
    values: Values | None = None,
    keeps_documents: bool = False,
) -> Loaded:
    """Read specs from files and directories.

    Args:
        paths: Files and directories.
        now: Serves one warning, for a `since` far ahead.
        hosts: Where a credential may go.
        values: What the environment brings, or None.
        keeps_documents: Whether the documents are wanted as they result.

    Returns:
        All specs.

    Raises:
        SpecInvalid: The specs have errors; it holds all of them, sorted by place.
        UsageError: A path does not exist.
    """
    files, problems = find_files(paths)
    harvest = _Harvest([*problems, *(values.problems if values else ())])
    reader = _Reader(hosts, values, keeps_documents)
    for path in files:
        text = read_text(path)
        if isinstance(text, Diagnostic):
            harvest.problems.append(text)
            harvest.is_complete = False
        else:
            _gather(text, reader, harvest)
    outlines = sorted(harvest.outlines, key=lambda outline: outline.origin)
    harvest.problems.extend(check_names(outlines))
    harvest.problems.extend(check_connections(outlines, is_complete=harvest.is_complete))
    harvest.problems.extend(check_claims(outlines))
    if values is not None and harvest.is_complete:
        addresses = [str(outline.address) for outline in outlines]
        harvest.problems.extend(check_overlays(values, harvest.overlays, addresses))
    if harvest.problems:
        raise SpecInvalid(tuple(sorted(set(harvest.problems))))
    return _loaded(harvest, outlines, now, (values, len(files)))


def _gather(text: SpecText, reader: "_Reader", harvest: _Harvest) -> None:
    """Read every document of a file."""
    for given in reader.documents(text):
        if isinstance(given, Fault):
            harvest.problems.append(given.diagnostic(text.file, ""))
            harvest.is_complete = False
            continue
        shaped, found, document = given
        harvest.names |= shaped.names
        harvest.overlays |= {shaped.overlay} - {""}
        if document is not None:
            harvest.documents.append(document)
        harvest.problems.extend(found.problems)
        harvest.is_complete = harvest.is_complete and found.outline is not None
        if found.outline:
            harvest.outlines.append(found.outline)
        if found.value:
            harvest.values.append(found.value)
            harvest.shaped += [found.value.address] if shaped.is_changed else []


class _Reader(Struct, frozen=True):
    """How documents are read.

    Attributes:
        hosts: Where a credential may go.
        values: What the environment brings, or None.
        keeps_documents: Whether the documents are wanted as they result.
    """

    hosts: Hosts
    values: Values | None
    keeps_documents: bool

    def documents(
        self, text: SpecText
    ) -> "Iterator[tuple[Shaped, Read, Resulting | None] | Fault]":
        """The documents of a file, read; nodes of one are gone before the next is made."""
        budget = Budget(MAX_NODES)
        has_variables = has_any(text.text)
        for composed in compose(text.text):
            if isinstance(composed, Fault):
                yield composed
            elif _is_empty(composed):
                message = "the document is empty"
                spot = composed.spot(composed.root)
                yield Fault(spot, message=message, advice="write it, or remove its `---`")
            else:
                shaped = shape(composed, self.values, has_variables=has_variables)
                yield self._read(shaped, text, budget)
                if budget.nodes < 0:
                    return

    def _read(
        self, shaped: Shaped, text: SpecText, budget: Budget
    ) -> "tuple[Shaped, Read, Resulting | None] | Fault":
        written = read_document(shaped.composed, budget)
        if isinstance(written, Fault):
            return written
        found = read(written, text.file, self.hosts)
        if found.value is None or not self.keeps_documents:
            return shaped, found, None
        from reconciler.spec.resulting import resulting

        overlay = self.values.place(OVERLAYS, shaped.overlay) if self.values else None
        return shaped, found, resulting(written, found.value.address, text.file, overlay)


def _is_empty(composed: Composed) -> bool:
    """Whether nothing, or only comments, stand between two `---`."""
    root = composed.root
    return isinstance(root, yaml.ScalarNode) and root.style == "" and root.value in _EMPTY


def _loaded(
    harvest: _Harvest,
    outlines: Sequence[Outline],
    now: datetime,
    read_from: tuple[Values | None, int],
) -> Loaded:
    """Everything, sorted, with the warnings: `read_from` is the values file and how many others."""
    values, files = read_from
    found = harvest.values
    connections = [value for value in found if isinstance(value, Connection)]
    sources = [value for value in found if isinstance(value, DesiredSource)]
    links = [value for value in found if isinstance(value, DesiredLink)]
    policies = [value for value in found if isinstance(value, DesiredPolicy)]
    warnings = [
        *_far_ahead(sources, now),
        *unused_connections(outlines),
        *_idle_policies(policies, [*sources, *links]),
        *_idle_acknowledgements(policies, [*sources, *links]),
        *(unused_values(values, harvest.names) if values else ()),
    ]
    documents = tuple(sorted(harvest.documents, key=lambda item: item.address))
    desired = Desired(
        connections=tuple(sorted(connections, key=lambda item: item.address)),
        sources=tuple(sorted(sources, key=lambda item: item.address)),
        links=tuple(sorted(links, key=lambda item: item.address)),
        policies=tuple(sorted(policies, key=lambda item: item.address)),
        warnings=tuple(str(warning) for warning in sorted(warnings)),
        files=files,
        environment=Environment(values.name, values.file, tuple(sorted(harvest.shaped)))
        if values
        else None,
    )
    return Loaded(desired, documents)


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
