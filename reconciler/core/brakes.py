"""Brakes: changes that no edit asked for and no person approved are held back where they are many.

    cause     why there is a change              where a limit is passed (`thresholds`)
    --------  ---------------------------------  ----------------------------------------------
    drift     somebody else moved it             held back
    due       its time has come                  held back
    differs   nothing tells which of the others  held back where nobody approves, else a warning
    pending   an edit of the specs asks for it   a warning

A limit that is passed holds back every such change of its kind in its documents, not a part of them:
which part would be ours to choose, and half of a mistake is still one. A stop ends all that runs on a
source, so that the stops of one source go together or not at all.

What gates and caps left over is counted, and nothing goes in the place of what is held back.
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.core.judge import Judgement, Knowledge
from reconciler.core.resolve import documents_by_source
from reconciler.core.thresholds import KINDS, Brakes, Breach, Limit, Tally, limits_of
from reconciler.core.words import listed
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import Desired
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import Struct, replace

_UNASKED = frozenset({Cause.DRIFT, Cause.DUE})
_PERHAPS_UNASKED = _UNASKED | {Cause.DIFFERS}


class _Lift(Struct, frozen=True):
    """Values of the two options with which everything would be let through."""

    changes: int
    percent: int

    @classmethod
    def of(cls, tally: Tally) -> "_Lift":
        """What the options would have to say; they count over all documents."""
        counts = [tally.count(kind, tally.managed, _PERHAPS_UNASKED) for kind in KINDS]
        return cls(max(c.changes for c in counts), max(c.percent for c in counts))

    def options(self, breaches: Sequence[Breach]) -> str:
        """The options that lift these limits."""
        kinds = {breach.limit.is_percent for breach in breaches}
        percent = [f"--max-percent {self.percent}"] if True in kinds else []
        changes = [f"--max-changes {self.changes}"] if False in kinds else []
        return " ".join([*percent, *changes])


class _Hold(Struct, frozen=True):
    """What is said of every change of one document that is held back."""

    reason: str
    advice: str

    def on(self, finding: Finding) -> Finding:
        """A change held back."""
        approve = ", or approve it at the prompt or as a plan file"
        advice = self.advice + (approve if finding.cause is Cause.DIFFERS else "")
        return replace(finding, verdict=Verdict.BLOCKED, reason=self.reason, advice=advice)


def brake(
    desired: Desired, judgement: Judgement, knowledge: Knowledge, brakes: Brakes
) -> Judgement:
    """Take back the changes that pass a limit; everything else stays as it is.

    Args:
        desired: All documents.
        judgement: What may be done as far as gates and caps say.
        knowledge: Everything that was read.
        brakes: What the person at the command line says.

    Returns:
        The judgement with blocked findings in the place of what is held back, and a warning for each
        kind of which much would change all the same.
    """
    limits, tally = tuple(limits_of(desired, brakes)), Tally.of(judgement.findings)
    lift = _Lift.of(tally)
    causes = _PERHAPS_UNASKED if brakes.is_unattended else _UNASKED
    breaches = [breach for kind in KINDS for breach in tally.breaches(kind, limits, causes)]
    holds = _holds(breaches, lift)
    held = {
        f.address: holds[f.address.document].on(f)
        for f in judgement.findings
        if f.verdict is Verdict.CHANGE and f.cause in causes and f.address.document in holds
    }
    left = judgement
    if held:
        owners = _owners(desired, knowledge)
        held |= _with_their_source(judgement.findings, held, owners)
        left = _without(judgement, held, owners)
        tally = Tally.of(left.findings)
    warnings = {*left.warnings, *_warnings(tally, limits, lift)}
    return replace(left, warnings=tuple(sorted(warnings)))


def _owners(desired: Desired, knowledge: Knowledge) -> dict[Address, str]:
    """The source id each Source document speaks of."""
    documents = documents_by_source(desired, knowledge.observed)
    return {d.address: source_id for (_, source_id), mine in documents.items() for d in mine}


def _holds(breaches: Sequence[Breach], lift: _Lift) -> dict[Address, _Hold]:
    """What to say of the changes of each document in which something is held back."""
    passed: dict[Address, list[Breach]] = {}
    for breach in breaches:
        for address in breach.limit.documents:
            if address.kind is breach.count.kind:
                passed.setdefault(address, []).append(breach)
    return {address: _hold(mine, lift) for address, mine in passed.items()}


def _hold(breaches: Sequence[Breach], lift: _Lift) -> _Hold:
    places = [breach.limit.place for breach in breaches if breach.limit.place]
    advice = f"look at what moved; if it is right, allow it with {lift.options(breaches)}"
    advice += f", or with a higher {' and '.join(places)}" if places else ""
    return _Hold(f"held back: {_told(breaches)}", advice)


def _told(breaches: Sequence[Breach]) -> str:
    """Every limit that is passed; those that the same count passes are told in one sentence."""
    bounds: dict[str, list[str]] = {}
    for breach in breaches:
        bounds.setdefault(str(breach.count), []).append(str(breach.limit))
    return "; ".join(f"{count}, {' and '.join(words)}" for count, words in bounds.items())


def _with_their_source(
    findings: Sequence[Finding], held: Mapping[Address, Finding], owners: Mapping[Address, str]
) -> dict[Address, Finding]:
    """Stops that would end a run whose own stop is held back."""
    first: dict[str, list[Finding]] = {}
    for finding in held.values():
        if finding.action is Action.STOP:
            first.setdefault(owners[finding.address.document], []).append(finding)
    tied = {}
    for finding in findings if first else ():
        if not _is_stop(finding) or finding.address in held:
            continue
        others = first.get(owners[finding.address.document])
        if others:
            names = listed(tuple(sorted(other.address.topic for other in others)))
            reason = f"held back: a stop would also end {names}, of which the stop is held back"
            advice = min(other.advice for other in others)
            tied[finding.address] = replace(
                finding, verdict=Verdict.BLOCKED, reason=reason, advice=advice
            )
    return tied


def _is_stop(finding: Finding) -> bool:
    return finding.verdict is Verdict.CHANGE and finding.action is Action.STOP


def _without(
    judgement: Judgement, held: Mapping[Address, Finding], owners: Mapping[Address, str]
) -> Judgement:
    """A judgement with some of its changes held back."""
    running = {owners[a.document] for a, f in held.items() if f.action is Action.STOP}
    runs = [
        replace(run, candidates=tuple(c for c in run.candidates if c.finding.address not in held))
        for run in judgement.runs
    ]
    return replace(
        judgement,
        findings=tuple(
            held[f.address] if f.verdict is Verdict.CHANGE and f.address in held else f
            for f in judgement.findings
        ),
        runs=tuple(run for run in runs if run.candidates),
        stops=tuple(stop for stop in judgement.stops if stop.source_id not in running),
    )


def _warnings(tally: Tally, limits: Sequence[Limit], lift: _Lift) -> Iterator[str]:
    """What passes a limit and goes all the same, for the eyes of who approves or merges it."""
    for kind in KINDS:
        perhaps = tally.breaches(kind, limits, _PERHAPS_UNASKED)
        every = tally.breaches(kind, limits, tuple(Cause))
        if perhaps:
            yield (
                f"{_told(perhaps)}; apply --auto-approve without a plan file would hold that back, "
                f"unless it is told {lift.options(perhaps)}"
            )
        elif every:
            documents = {address for breach in every for address in breach.limit.documents}
            asked = tally.count(kind, documents, [Cause.PENDING]).changes
            yield f"{_told(every)}; not held back, since an edit of the specs asks for {asked} of them"
