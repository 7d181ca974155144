"""Validated Policy documents to the frozen values of the model."""

from reconciler.model import policy
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import DesiredPolicy
from reconciler.spec.converting import Provenance
from reconciler.spec.documents import PolicyDocument
from reconciler.spec.policies import Acknowledge, Window, Windows


def policy_of(
    document: PolicyDocument, provenance: Provenance, acknowledged: tuple[Origin, ...] = ()
) -> DesiredPolicy:
    """A Policy as a value.

    Args:
        document: Validated.
        provenance: Its place and digest.
        acknowledged: Where each item of `acknowledge` is written.
    """
    spec = document.spec
    items = zip(spec.acknowledge or (), acknowledged, strict=True)
    return DesiredPolicy(
        address=Address(Kind.POLICY, document.metadata.name),
        origin=provenance.origin,
        labels=tuple(sorted(spec.selector.labels.items())) if spec.selector else (),
        max_changes=spec.max_changes,
        max_percent=spec.max_percent,
        reason=spec.reason or "",
        digest=provenance.digest,
        windows=_windows(spec.windows),
        max_pause=spec.max_pause,
        acknowledged=tuple(_acknowledgement(item, origin) for item, origin in items),
    )


def _windows(written: Windows | None) -> policy.Windows:
    if written is None:
        return policy.AT_ANY_TIME
    return policy.Windows(
        tuple(_window(item) for item in written.allow or ()),
        tuple(_window(item) for item in written.deny or ()),
    )


def _window(written: Window) -> policy.Window:
    return policy.Window(
        written.schedule, written.duration, written.zone or "UTC", written.reason or ""
    )


def _acknowledgement(written: Acknowledge, origin: Origin) -> policy.Acknowledgement:
    return policy.Acknowledgement(tuple(written.addresses), written.until, written.reason, origin)
