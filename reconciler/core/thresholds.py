"""How much may change at once: limits, and what they are held against.

Each limit counts for itself, over its own documents, topics of sources and mirror topics apart.

    limit         given on the command line  else given by policies    where no policy gives one
    ------------  -------------------------  ------------------------  ---------------------------------
    most changes  over all documents         over those each selects   none
    most percent  over all documents         over those each selects   50 % of a kind, from 11 resources
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import Struct

DEFAULT_PERCENT = 50
FEW = 10
KINDS = {Kind.SOURCE: "source topics", Kind.CLUSTER_LINK: "mirror topics"}
_WHOLE = 100


class Brakes(Struct, frozen=True):
    """What the person at the command line says of brakes.

    Attributes:
        max_changes: `--max-changes`, or None; 0 lets nothing through.
        max_percent: `--max-percent`, or None; 100 lifts the limit.
        is_unattended: Whether the plan is carried out without anybody's approval of it.
    """

    max_changes: int | None = None
    max_percent: int | None = None
    is_unattended: bool = False


class Count(Struct, frozen=True):
    """Changes of one kind in some documents.

    Attributes:
        kind: Kind of the documents.
        changes: Topics that would change.
        managed: Topics that a rule names.
    """

    kind: Kind
    changes: int
    managed: int

    @property
    def percent(self) -> int:
        """The share of what is managed, rounded up: a limit of that much is not passed."""
        return -(-self.changes * _WHOLE // self.managed) if self.managed else 0

    def __str__(self) -> str:
        noun = KINDS[self.kind]
        return f"{self.changes} of {self.managed} managed {noun} would change ({self.percent} %)"


class Limit(Struct, frozen=True):
    """One bound on the changes of each kind in some documents.

    Attributes:
        documents: What it speaks of.
        most: Changes, or percent of what is managed.
        is_percent: Which of the two.
        above: It counts only where more than so many topics of the kind are managed.
        policy: Who gives it, or None.
    """

    documents: frozenset[Address]
    most: int
    is_percent: bool
    above: int = 0
    policy: DesiredPolicy | None = None

    def is_passed(self, count: Count) -> bool:
        """Whether so many changes are too many."""
        if not self.is_percent:
            return count.changes > self.most
        return count.managed > self.above and count.changes * _WHOLE > self.most * count.managed

    @property
    def place(self) -> str:
        """The field that a person can raise, or empty."""
        if self.policy is None:
            return ""
        field = "maxPercent" if self.is_percent else "maxChanges"
        return f"{field} of {self.policy.address} at {self.policy.origin}"

    def __str__(self) -> str:
        bound = f"more than {self.most}{' %' if self.is_percent else ''}"
        if self.policy is None:
            return bound
        why = f": {self.policy.reason}" if self.policy.reason else ""
        return f"{bound} ({self.policy.address}{why})"


class Breach(Struct, frozen=True):
    """A limit that is passed.

    Attributes:
        limit: The limit.
        count: What passes it.
    """

    limit: Limit
    count: Count


class Tally(Struct, frozen=True):
    """What is managed, and what would change, by document.

    Attributes:
        managed: Topics that a rule names.
        changes: Topics that would change, by document and cause.
    """

    managed: Mapping[Address, int]
    changes: Mapping[tuple[Address, Cause | None], int]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Tally":
        """Count findings by the topics they speak for.

        Args:
            findings: Of one judgement.
        """
        managed: Counter[Address] = Counter()
        changes: Counter[tuple[Address, Cause | None]] = Counter()
        for (kind, name), mine in groupby(findings, _document_of):
            document = Address(kind, name)
            for finding in mine:
                if finding.verdict is not Verdict.UNMANAGED:
                    managed[document] += finding.covers
                if finding.verdict is Verdict.CHANGE:
                    changes[document, finding.cause] += finding.covers
        return cls(managed, changes)

    def count(self, kind: Kind, documents: Iterable[Address], causes: Iterable[Cause]) -> Count:
        """Changes of a kind for any of some causes.

        Args:
            kind: Kind of the documents that count.
            documents: Among which.
            causes: What they are counted for.
        """
        mine = [address for address in documents if address.kind is kind]
        changes = sum(self.changes.get((address, cause), 0) for address in mine for cause in causes)
        return Count(kind, changes, sum(self.managed.get(address, 0) for address in mine))

    def breaches(
        self, kind: Kind, limits: Iterable[Limit], causes: Iterable[Cause]
    ) -> tuple[Breach, ...]:
        """The limits that changes of a kind pass, in the order of the limits.

        Args:
            kind: Kind of the documents that count.
            limits: All limits.
            causes: What is counted.
        """
        counted = [(limit, self.count(kind, limit.documents, causes)) for limit in limits]
        return tuple(Breach(limit, count) for limit, count in counted if limit.is_passed(count))


def _document_of(finding: Finding) -> tuple[Kind, str]:
    return finding.address.kind, finding.address.name


def limits_of(desired: Desired, brakes: Brakes) -> Iterator[Limit]:
    """Every limit that holds.

    Args:
        desired: All documents.
        brakes: What the person at the command line says.
    """
    documents: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
    everything = frozenset(d.address for d in documents)
    spoken_of: frozenset[Address] = frozenset()
    for policy in desired.policies:
        selected = frozenset(d.address for d in documents if policy.selects(d))
        if policy.max_changes is not None and brakes.max_changes is None:
            yield Limit(selected, policy.max_changes, is_percent=False, policy=policy)
        if policy.max_percent is not None and brakes.max_percent is None:
            spoken_of |= selected
            yield Limit(selected, policy.max_percent, is_percent=True, policy=policy)
    if brakes.max_changes is not None:
        yield Limit(everything, brakes.max_changes, is_percent=False)
    if brakes.max_percent is not None:
        yield Limit(everything, brakes.max_percent, is_percent=True)
    else:
        yield Limit(everything - spoken_of, DEFAULT_PERCENT, is_percent=True, above=FEW)
