"""What changed from one look to the next, and whether anything is still under way."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from reconciler.core.rows import Row
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct, field

State: TypeAlias = tuple[str, ...]
CALM = frozenset({Verdict.IN_SYNC, Verdict.UNMANAGED})
_MOVING = frozenset({Row.OTHER_RUN, Row.PENDING})
_URGENT = (
    Verdict.UNKNOWN,
    Verdict.BLOCKED,
    Verdict.UNOBSERVED,
    Verdict.IN_PROGRESS,
    Verdict.CHANGE,
    Verdict.DEFERRED,
    Verdict.SCHEDULED,
    Verdict.UNMANAGED,
    Verdict.IN_SYNC,
)


class Known(Struct, frozen=True):
    """What the looks so far showed.

    Attributes:
        states: What each address was last seen to be; an outage takes nothing away.
        incomplete: What could not be observed the last time.
        looks: How many there were.
    """

    states: Mapping[Address, State] = field(default_factory=dict)
    incomplete: tuple[str, ...] = ()
    looks: int = 0


class News(Struct, frozen=True):
    """What one look shows that the one before did not.

    Attributes:
        changed: Findings that are new or another than before; in the first look what is not in sync.
        gone: Addresses of which nothing is said any more.
        incomplete: What could not be observed; empty where that is as before.
        is_whole_again: Whether everything is observed again.
    """

    changed: tuple[Finding, ...] = ()
    gone: tuple[Address, ...] = ()
    incomplete: tuple[str, ...] = ()
    is_whole_again: bool = False


def compare(known: Known, plan: Plan) -> tuple[Known, News]:
    """Hold a look against those before it.

    A reason that merely counts on, such as the rows of a run, is no change.

    Args:
        known: What the looks so far showed.
        plan: What the new one shows.

    Returns:
        What is known from now on, and what is new.
    """
    now = {f.address: _state(f) for f in plan.findings}
    is_first = not known.looks
    changed = tuple(
        f
        for f in plan.findings
        if known.states.get(f.address) != now[f.address] and not (is_first and f.verdict in CALM)
    )
    unseen = {f.address for f in plan.findings if not f.address.topic}
    gone = [a for a in known.states if a not in now and a.document not in unseen]
    kept = {a: state for a, state in known.states.items() if a not in gone}
    again = bool(known.incomplete) and not plan.incomplete
    fresh = plan.incomplete if plan.incomplete != known.incomplete else ()
    news = News(changed, tuple(sorted(a for a in gone if a.topic)), fresh, again)
    return Known({**kept, **now}, plan.incomplete, known.looks + 1), news


def _state(finding: Finding) -> State:
    action = finding.action or ""
    return (finding.verdict, action, finding.before, finding.after, str(finding.failed))


def is_settled(plan: Plan) -> bool:
    """Whether everything was seen, and nothing changes by itself any more.

    Args:
        plan: What a look shows.
    """
    return not plan.incomplete and not any(map(_is_under_way, plan.findings))


def _is_under_way(finding: Finding) -> bool:
    if finding.verdict is Verdict.UNOBSERVED or finding.verdict is Verdict.IN_PROGRESS:
        return True
    return finding.verdict is Verdict.DEFERRED and finding.row in _MOVING


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """What a person looks for first: doubt and failure, then what moves, last what is as wanted.

    Args:
        findings: Of a plan.
    """
    return sorted(findings, key=lambda f: (not f.failed, _URGENT.index(f.verdict), f.address))
