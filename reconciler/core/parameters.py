"""How a run of ours reads, and whether a rule would have it read otherwise by now.

A snapshot that completed satisfies its level, whatever it was asked to read: the level is `since`.
So an edit of the filter alone starts nothing, and that is said.

    finding       start of ours for this `since`               told
    ------------  -------------------------------------------  ------------------------------
    in_sync       the last one seen to complete                if its parameters differ
    in_progress   the last one, not seen to end                if its parameters differ
    any other     none, or not ours, or parameters not known   nothing

With `maxAge` nothing is said: the next run is asked for by age, and reads as the rule says then.
"""

import json
from collections.abc import Iterable, Sequence

from reconciler.core.evidence import Start, starts_that_count
from reconciler.core.hindsight import Hindsight
from reconciler.core.words import listed
from reconciler.model.address import Address, Origin
from reconciler.model.call import Json
from reconciler.model.desired import SnapshotRule, SnapshotState
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct

_WORDS = {"filter": "filter", "surrogateKey": "surrogate key", "type": "type"}
_RUN_WORDS = {
    Verdict.IN_SYNC: "changed since the snapshot that satisfies it",
    Verdict.IN_PROGRESS: "changed since the snapshot under way was started",
}


def parameters(type_: str, filter_: str, surrogate_key: str) -> str:
    """What a run is asked to do, in canonical words, to be compared with what is asked for later.

    Args:
        type_: How it reads.
        filter_: Condition on the rows, or empty.
        surrogate_key: Column for keyless tables, or empty.
    """
    told = {"filter": filter_, "surrogateKey": surrogate_key, "type": type_}
    return json.dumps(
        {key: value for key, value in told.items() if value},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def parameters_of(rule: SnapshotRule) -> str:
    """What a run for a rule is asked to do, as an intent keeps it.

    Args:
        rule: A `completed` rule.
    """
    return parameters(rule.type.value, rule.filter, rule.surrogate_key)


class _Edit(Struct, frozen=True):
    """What of a rule changed after its run began; topics with the same are told together."""

    document: Address
    origin: Origin
    verdict: Verdict
    fields: tuple[str, ...]


def changed_parameters(findings: Iterable[Finding], hindsight: Hindsight) -> tuple[str, ...]:
    """Say where a rule would have its snapshot read otherwise than it did.

    Args:
        findings: Of a plan.
        hindsight: Specs and ledger, with what the look of now shows of our runs.

    Returns:
        One sentence per rule and edit, sorted.
    """
    starts = starts_that_count(hindsight.journal)
    edits: dict[_Edit, list[str]] = {}
    for finding in findings if starts else ():
        place = hindsight.place_of(finding.address)
        rule = hindsight.rule_of(finding.address) if place in starts else None
        if place is None or not isinstance(rule, SnapshotRule):
            continue
        fields = _changed(rule, _start_of(finding, rule, starts.get(place, ())))
        if fields:
            edit = _Edit(finding.address.document, rule.origin, finding.verdict, fields)
            edits.setdefault(edit, []).append(finding.address.topic)
    return tuple(sorted(_sentence(edit, topics) for edit, topics in edits.items()))


def _start_of(finding: Finding, rule: SnapshotRule, starts: Sequence[Start]) -> Start | None:
    """The start of ours whose run a verdict rests on, as far as that is certain."""
    if rule.state is not SnapshotState.COMPLETED or rule.since is None:
        return None
    mine = [start for start in starts if start.level == rule.since]
    match finding.verdict:
        case Verdict.IN_SYNC:
            held = [s for s in mine if s.sighting is not None and s.sighting.status == "completed"]
            return held[-1] if held else None
        case Verdict.IN_PROGRESS:
            open_ = [s for s in mine[-1:] if s.sighting is None or not s.sighting.ended]
            return open_[-1] if open_ else None
        case _:
            return None


def _changed(rule: SnapshotRule, start: Start | None) -> tuple[str, ...]:
    """Names of the parameters that differ, sorted; none where those of then are not known."""
    then = _parsed(start.item.parameters) if start else {}
    now = _parsed(parameters_of(rule))
    # A run always has a type; what was not asked for is left out.
    if "type" not in then:
        return ()
    return tuple(name for name in sorted(_WORDS) if then.get(name) != now.get(name))


def _parsed(text: str) -> dict[str, Json]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _sentence(edit: _Edit, topics: Sequence[str]) -> str:
    names = [_WORDS[name] for name in edit.fields]
    fields = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return (
        f"{edit.origin}: {edit.document}: {listed(tuple(sorted(topics)))}: the {fields} "
        f"{_RUN_WORDS[edit.verdict]}; raise `since` to run it again"
    )
