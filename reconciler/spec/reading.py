"""One document from nodes to a value of the model, with everything that is wrong with it alone."""

# ruff: noqa: PLC0415 - the words for errors are imported when there is one

from collections.abc import Iterator
from typing import TypeAlias

from pydantic import ValidationError

from reconciler.core.digest import digest
from reconciler.errors import Diagnostic
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.call import Json
from reconciler.model.desired import Connection, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.records import Struct
from reconciler.spec.across import Outline
from reconciler.spec.checks import (
    Checked,
    check_connection,
    check_patterns,
    check_policy,
    check_source,
)
from reconciler.spec.converting import Provenance, connection_of, link_of, source_of
from reconciler.spec.converting_policies import policy_of
from reconciler.spec.documents import (
    ClusterLinkDocument,
    ConnectionDocument,
    Document,
    PolicyDocument,
    SourceDocument,
)
from reconciler.spec.endpoints import Hosts
from reconciler.spec.faults import Fault, Path, is_void
from reconciler.spec.naming import listed, nearest, suggestion
from reconciler.spec.places import spot_of
from reconciler.spec.plain import Written
from reconciler.spec.rules import written_rules
from reconciler.spec.scalars import shown

API_VERSION = "reconciler.dev/v1alpha1"
Value: TypeAlias = Connection | DesiredSource | DesiredLink | DesiredPolicy
_Model: TypeAlias = (
    type[ConnectionDocument]
    | type[SourceDocument]
    | type[ClusterLinkDocument]
    | type[PolicyDocument]
)

_MODELS: dict[Kind, _Model] = {
    Kind.CONNECTION: ConnectionDocument,
    Kind.SOURCE: SourceDocument,
    Kind.CLUSTER_LINK: ClusterLinkDocument,
    Kind.POLICY: PolicyDocument,
}
_TARGETS: dict[Kind, tuple[str, ...]] = {
    Kind.CONNECTION: (),
    Kind.SOURCE: ("source", "sourceId"),
    Kind.CLUSTER_LINK: ("clusterId", "link"),
    Kind.POLICY: (),
}
_LONGEST_NAME = 253
_RULES = {
    Kind.CONNECTION: "",
    Kind.SOURCE: "snapshots",
    Kind.CLUSTER_LINK: "mirrors",
    Kind.POLICY: "",
}


class Read(Struct, frozen=True):
    """What one document turned out to be.

    Attributes:
        outline: What other documents need to know of it, or None where it has no kind or name.
        value: Its value, or None if anything is wrong with it.
        problems: What is wrong with it.
    """

    outline: Outline | None
    value: Value | None
    problems: tuple[Diagnostic, ...]


def read(written: Written, file: str, hosts: Hosts) -> Read:
    """A document as a value, or everything that is wrong with it.

    Args:
        written: The document as it was written.
        file: Path as the user gave it.
        hosts: Where a credential may go.
    """
    if not isinstance(written.value, dict):
        return Read(
            None, None, tuple(item.diagnostic(file, "") for item in _not_a_document(written))
        )
    kind = next((kind for kind in Kind if kind == written.value.get("kind")), None)
    if kind is None:
        faults = [*_before(written, Kind.CONNECTION), *_header_faults(written, written.value)]
        return Read(None, None, tuple(fault.diagnostic(file, "") for fault in faults))
    rules = written_rules(written.composed, written.value, file, _RULES[kind])
    checked = Checked(written.composed, written.value, rules)
    outline = _outline(checked, kind, file)
    document, faults = _validated(written, kind)
    for fault in _checks(checked, kind, hosts):
        if not is_void(fault.path, written.void):
            faults.append(fault)
    if document is None or faults:
        address = str(outline.address) if outline else ""
        return Read(outline, None, tuple(fault.diagnostic(file, address) for fault in faults))
    return Read(outline, _value(document, checked, file), ())


def _not_a_document(written: Written) -> list[Fault]:
    """What to say of a document that is no mapping."""
    if written.faults:
        return list(written.faults)
    message = f"expected a document with `kind`, `metadata` and `spec`, got {shown(written.value)}"
    advice = "begin it with `apiVersion: reconciler.dev/v1alpha1`"
    return [Fault(spot_of(written.composed, ()), message=message, advice=advice)]


def _header_faults(written: Written, value: dict[str, Json]) -> Iterator[Fault]:
    """What is wrong with the two fields that say what a document is."""
    if "kind" not in value and value.keys() & {"values", "overlays"}:
        message = "this is a values file of an environment, and no spec"
        advice = "keep it outside of the specs, in `values` beside them; --env chooses it"
        yield Fault(spot_of(written.composed, ()), message=message, advice=advice)
        return
    for name, known in (("apiVersion", [API_VERSION]), ("kind", [str(kind) for kind in Kind])):
        found = value.get(name)
        path: Path = (name,) if name in value else ()
        if found in known or is_void((name,), written.void):
            continue
        if name not in value and (written_as := nearest(name, value)):
            spot = spot_of(written.composed, (written_as,), at_key=True)
            message, advice = f"unknown field `{written_as}`", f"did you mean `{name}`?"
            yield Fault(spot, (written_as,), message=message, advice=advice)
            continue
        if name not in value:
            message, advice = f"`{name}` is missing", f"write {listed(known)}"
        elif isinstance(found, str):
            message, advice = f"unknown {name} {shown(found)}", suggestion(found, known)
        else:
            message, advice = f"expected {listed(known)}, got {shown(found)}", "write that word"
        spot = spot_of(written.composed, path)
        yield Fault(spot, (name,), message=message, advice=advice)


def _validated(written: Written, kind: Kind) -> tuple[Document | None, list[Fault]]:
    """The document as a model, or what is wrong with its fields."""
    try:
        document = _MODELS[kind].model_validate(written.value)
    except ValidationError as error:
        from reconciler.spec.explaining import explain

        found = explain(error, kind, written.composed, written.void)
        found += _behind_tags(written, kind, error, {fault.path for fault in found})
        return None, [*_before(written, kind), *found]
    return document, _before(written, kind)


def _before(written: Written, kind: Kind) -> list[Fault]:
    """What was wrong with the document before it was read as its kind."""
    if not written.faults:
        return []
    from reconciler.spec.explaining import completed

    return completed(written.faults, kind)


def _behind_tags(
    written: Written, kind: Kind, error: ValidationError, told: set[Path]
) -> list[Fault]:
    """What pydantic does not look at behind a misspelt `state` or `provider`: read as it was meant."""
    from reconciler.spec.explaining import explain
    from reconciler.spec.meaning import as_meant

    meant = as_meant(written.value, error)
    if meant is None:
        return []
    try:
        _MODELS[kind].model_validate(meant)
    except ValidationError as second:
        found = explain(second, kind, written.composed, written.void)
        return [fault for fault in found if fault.path not in told]
    return []


def _checks(checked: Checked, kind: Kind, hosts: Hosts) -> Iterator[Fault]:
    """What the model of a kind cannot say."""
    match kind:
        case Kind.CONNECTION:
            yield from check_connection(checked, hosts)
        case Kind.SOURCE:
            yield from check_source(checked)
            yield from check_patterns(checked)
        case Kind.CLUSTER_LINK:
            yield from check_patterns(checked)
        case Kind.POLICY:
            yield from check_policy(checked)


def _outline(checked: Checked, kind: Kind, file: str) -> Outline | None:
    """What other documents need to know, as far as it can be read."""
    name = checked.part("metadata").get("name")
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        return None
    spec = checked.part("spec")

    def text(key: str) -> str:
        found = spec.get(key)
        return found if isinstance(found, str) else ""

    return Outline(
        address=Address(kind, name),
        origin=_origin(checked, ("metadata", "name"), file),
        connection=text("connection"),
        connection_origin=_origin(checked, ("spec", "connection"), file),
        provider=text("provider"),
        endpoint=text("endpoint").rstrip("/"),
        project=text("project"),
        target=_target(kind, tuple(text(key) for key in _TARGETS[kind])),
        rules=checked.rules,
    )


def _target(kind: Kind, parts: tuple[str, ...]) -> tuple[str, ...]:
    """What a document speaks of: a source by name or by id, a link by cluster and name."""
    is_known = any(parts) if kind is Kind.SOURCE else all(parts)
    return (str(kind), *parts) if parts and is_known else ()


def _value(document: Document, checked: Checked, file: str) -> Value:
    """The document as a value of the model."""
    origin = _origin(checked, (), file)
    provenance = Provenance(origin, digest(checked.value), checked.rules)
    match document:
        case ConnectionDocument():
            return connection_of(document, provenance)
        case SourceDocument():
            return source_of(document, provenance)
        case ClusterLinkDocument():
            return link_of(document, provenance)
        case PolicyDocument():
            count = len(document.spec.acknowledge or ())
            places = (("spec", "acknowledge", place) for place in range(count))
            origins = tuple(_origin(checked, place, file) for place in places)
            return policy_of(document, provenance, origins)


def _origin(checked: Checked, path: Path, file: str) -> Origin:
    spot = spot_of(checked.composed, path)
    return Origin(spot.file or file, spot.line, spot.column)
