"""The plan: every verdict, and the exact calls. A value; apply does what it says."""

from datetime import datetime, timedelta

from reconciler.model.address import Address
from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.desired import ProviderName
from reconciler.model.left_behind import LeftBehind
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.records import Struct


class StepItem(Struct, frozen=True):
    """One declared topic that a step changes.

    Attributes:
        address: Its address.
        target: The vendor's key: a source id, or `cluster/link`.
        topic: As people see it.
        before: What the plan rests on, in canonical words; apply compares it whole.
        risk: What changing it may break.
    """

    address: Address
    target: str
    topic: str
    before: str
    risk: Risk


class Step(Struct, frozen=True):
    """One planned request.

    Attributes:
        id: `s1`, `s2` … in the order of the plan.
        change: What it changes.
        items: The declared topics it covers, sorted by address.
        call: The request.
        risk: The worst risk of its items.
        needs: Ids of steps that must have settled before.
        canary: Whether the other starts of its form wait until this one is seen to cover exactly
            its topics.
        not_before: Time before which it must not be sent, or None.
        not_after: Time after which it must not be sent, or None.
    """

    id: str
    change: Change
    items: tuple[StepItem, ...]
    call: Call
    risk: Risk
    needs: tuple[str, ...] = ()
    canary: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None


class PlanConnection(Struct, frozen=True):
    """One connection as the plan used it.

    Attributes:
        name: Name of the Connection.
        provider: The vendor.
        identity: What the plan file pins: endpoint host and, where known, project or clusters.
        reads: Requests the observation took, tokens and retries apart.
        tokens: Requests for access tokens.
        retries: Reads sent again.
        now: The clock the verdicts rest on.
    """

    name: str
    provider: ProviderName
    identity: str
    reads: int
    tokens: int
    retries: int
    now: datetime


class Cost(Struct, frozen=True):
    """What the plan costs, in requests.

    Attributes:
        reads: Requests the observation took.
        calls: Steps, that is requests that change something.
        bound: Proved lower bound on the calls, given the observation and the limits, whatever is
            read beside it.
        naive: What a tool with a call per topic would send.
        at_limit: Time that reads and calls take at the configured rate, on the credential where
            that is longest.
        gap: Why there are more calls than the bound, in a sentence without its point; empty where
            there are not.
        rate: Requests per second that the time rests on; 0 where nothing limits them.
    """

    reads: int
    calls: int
    bound: int
    naive: int
    at_limit: timedelta
    gap: str = ""
    rate: float = 0.0


class Plan(Struct, frozen=True):
    """Everything a reviewer needs and apply does.

    Attributes:
        created_at: Our clock when the observation ended, or `--now`.
        findings: Sorted by address, one per declared topic or document.
        steps: In the order apply takes them.
        connections: Sorted by name.
        cost: In requests.
        unmanaged: Topics that were listed anyway and no rule names.
        warnings: Sentences.
        incomplete: What could not be observed, one sentence per connection or document.
        partial: Whether a selection left declared resources out.
        approval: Digest of change, items, call and before of every step, without ids and times.
        left_behind: Pauses and runs of ours that no rule names any more, sorted by address.
        has_ledger: Whether a ledger with history was read, so that causes tell who moved.
        environment: Name of the environment whose values are in the documents, or empty.
    """

    created_at: datetime
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    connections: tuple[PlanConnection, ...]
    cost: Cost
    unmanaged: int = 0
    warnings: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    partial: bool = False
    approval: str = ""
    left_behind: tuple[LeftBehind, ...] = ()
    has_ledger: bool = False
    environment: str = ""

    def counts(self) -> dict[Verdict, int]:
        """How many topics have each verdict, in the order of the words."""
        counts = dict.fromkeys(Verdict, 0)
        for finding in self.findings:
            counts[finding.verdict] += finding.covers
        counts[Verdict.UNMANAGED] += self.unmanaged
        return counts

    @property
    def is_disruptive(self) -> bool:
        """Whether any step needs `--allow disruptive`."""
        return any(step.risk is Risk.DISRUPTIVE for step in self.steps)
