"""What to say where a selection takes no topic: the one that is probably meant."""

from collections.abc import Iterator

from reconciler.core.match import compile_rules, nearest
from reconciler.core.select import Selector
from reconciler.engine.planning import Planned
from reconciler.model.address import Address
from reconciler.model.desired import DesiredLink, DesiredSource


def nothing_taken(selector: Selector | None, planned: Planned, told: str = "") -> str:
    """Why a selection takes nothing of a plan, and what may be meant.

    Args:
        selector: What was asked for, or None where labels alone were.
        planned: The plan without findings for it.
        told: What the sentence begins with; empty is the option.
    """
    if selector is None:
        return "the selection matches no declared topic; `reconciler status` lists them"
    told = told or f"--select {selector}"
    declared: dict[str, Address] = {}
    for address, topic, is_declared in _seen(selector, planned):
        if is_declared:
            declared.setdefault(topic, address)
        elif topic == selector.topic:
            seen = f"it is there, but no rule names it: `reconciler explain {selector}`"
            return f"{told} matches no declared topic; {seen}"
    near = nearest(selector.topic, declared)
    hint = f"did you mean {declared[near].of(near)}?" if near else "`reconciler status` lists them"
    return f"{told} matches no declared topic; {hint}"


def _seen(selector: Selector, planned: Planned) -> Iterator[tuple[Address, str, bool]]:
    """Every topic seen of the documents, with its document and whether a rule of it names it."""
    documents: tuple[DesiredSource | DesiredLink, ...] = (
        *planned.desired.sources,
        *planned.desired.links,
    )
    for document in documents:
        if selector.takes(document.address):
            matcher = compile_rules(rule.topics for rule in document.rules)
            for topic in _topics(document, planned):
                yield document.address, topic, matcher.rule_of(topic) is not None


def _topics(document: DesiredSource | DesiredLink, planned: Planned) -> list[str]:
    if isinstance(document, DesiredLink):
        mirrors = planned.sight.mirrors.get(f"{document.cluster_id}/{document.link}", {})
        return list(mirrors)
    asked = {document.source, document.source_id} - {""}
    sources = planned.sight.sources.values()
    return [t.name for s in sources if asked & {s.id, s.name} for t in s.topics]
