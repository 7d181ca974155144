"""Everything that stands behind the verdict of one address, gathered for a person."""

from collections.abc import Iterable

from reconciler.core.match import compile_rules
from reconciler.core.sight import Sight
from reconciler.core.sources import level_seen
from reconciler.model.address import Address, Origin
from reconciler.model.desired import Desired, DesiredLink, DesiredSource, MirrorRule, SnapshotRule
from reconciler.model.observed import Mirror, ObservedSource, ObservedTopic
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct, replace


class Explained(Struct, frozen=True):
    """One verdict and what stands behind it.

    Attributes:
        finding: The verdict.
        rule: The rule that names the topic, or None.
        source: The source that the topic is of, as it was seen, or None.
        topic: What was seen of a topic of a source, or None.
        mirror: What was seen of a mirror topic, or None.
        step: The call that would be made, or None.
    """

    finding: Finding
    rule: SnapshotRule | MirrorRule | None = None
    source: ObservedSource | None = None
    topic: ObservedTopic | None = None
    mirror: Mirror | None = None
    step: Step | None = None


def explain(desired: Desired, plan: Plan, sight: Sight) -> tuple[Explained, ...]:
    """What stands behind every finding of a plan.

    Args:
        desired: All documents.
        plan: Judged from `sight`.
        sight: What was observed.
    """
    documents = {d.address: d for d in _documents(desired)}
    steps = {item.address: step for step in plan.steps for item in step.items}
    return tuple(_one(f, documents[f.address.document], sight, steps) for f in plan.findings)


def unnamed(desired: Desired, sight: Sight, address: Address) -> Explained | None:
    """What is known of a topic that no rule names, or None where it is not there either.

    Args:
        desired: All documents.
        sight: What was observed.
        address: A topic of a document that exists.
    """
    document = next((d for d in _documents(desired) if d.address == address.document), None)
    if document is None or not address.topic:
        return None
    finding = Finding(
        address, Verdict.UNMANAGED, "it is there, but no rule names it", document.origin
    )
    found = _one(finding, document, sight, {})
    if found.topic is None and found.mirror is None:
        return None
    before = level_seen(found.topic) if found.topic else ""
    before = found.mirror.status or "" if found.mirror else before
    return replace(found, finding=replace(finding, before=before))


def document_of(desired: Desired, address: Address) -> DesiredSource | DesiredLink | None:
    """The document of an address, or None where there is none.

    Args:
        desired: All documents.
        address: Of the document or a topic of it.
    """
    return next((d for d in _documents(desired) if d.address == address.document), None)


def _documents(desired: Desired) -> Iterable[DesiredSource | DesiredLink]:
    return (*desired.sources, *desired.links)


def _one(
    finding: Finding,
    document: DesiredSource | DesiredLink,
    sight: Sight,
    steps: dict[Address, Step],
) -> Explained:
    name, step = finding.address.topic, steps.get(finding.address)
    rule = _rule(document, name)
    if isinstance(document, DesiredLink):
        mirror = sight.mirror(f"{document.cluster_id}/{document.link}", name)
        return Explained(finding, rule, mirror=mirror, step=step)
    source = _source(document, sight)
    topic = sight.topic(source.id, name) if source else None
    return Explained(finding, rule, source, topic, step=step)


def _rule(document: DesiredSource | DesiredLink, topic: str) -> SnapshotRule | MirrorRule | None:
    index = compile_rules(rule.topics for rule in document.rules).rule_of(topic) if topic else None
    return None if index is None else document.rules[index]


def _source(document: DesiredSource, sight: Sight) -> ObservedSource | None:
    if document.source_id:
        return sight.sources.get(document.source_id)
    return next((s for s in sight.sources.values() if s.name == document.source), None)


def origin_of(explained: Explained) -> Origin:
    """Where the rule is written, else what the finding points at.

    Args:
        explained: A verdict and what stands behind it.
    """
    return explained.rule.origin if explained.rule else explained.finding.origin
