"""Which rule asks for a topic: the rules of all documents, by address."""

from typing import Generic, TypeVar

from reconciler.core.match import Matcher, compile_rules
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredLink, DesiredSource, MirrorRule, SnapshotRule
from reconciler.records import Struct

Rule = TypeVar("Rule", SnapshotRule, MirrorRule)


class _Rules(Struct, Generic[Rule], frozen=True):
    """One document's rules, compiled."""

    rules: tuple[Rule, ...]
    matcher: Matcher

    def of(self, topic: str) -> Rule | None:
        """The rule that names a topic, or None."""
        index = self.matcher.rule_of(topic)
        return None if index is None else self.rules[index]


class Asked(Struct, frozen=True):
    """The rules of documents.

    Attributes:
        snapshots: Rules of Source documents, by address.
        mirrors: Rules of ClusterLink documents, by address.
        documents: The documents themselves, by address.
    """

    snapshots: dict[Address, _Rules[SnapshotRule]]
    mirrors: dict[Address, _Rules[MirrorRule]]
    documents: dict[Address, DesiredSource | DesiredLink]

    @classmethod
    def of(cls, desired: Desired) -> "Asked":
        """Compile the rules of every document.

        Args:
            desired: The documents.
        """
        documents: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
        return cls(
            {d.address: _Rules(d.rules, _matcher(d)) for d in desired.sources},
            {d.address: _Rules(d.rules, _matcher(d)) for d in desired.links},
            {d.address: d for d in documents},
        )

    def snapshot_rule(self, address: Address) -> SnapshotRule | None:
        """The rule that names a topic of a source, or None.

        Args:
            address: `Source/name/topic`.
        """
        rules = self.snapshots.get(address.document)
        return rules.of(address.topic) if rules else None

    def mirror_rule(self, address: Address) -> MirrorRule | None:
        """The rule that names a mirror topic of a link, or None.

        Args:
            address: `ClusterLink/name/topic`.
        """
        rules = self.mirrors.get(address.document)
        return rules.of(address.topic) if rules else None


def _matcher(document: DesiredSource | DesiredLink) -> Matcher:
    return compile_rules(rule.topics for rule in document.rules)
