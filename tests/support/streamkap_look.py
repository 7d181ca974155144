"""Looking through a provider at a small Streamkap."""

from reconciler.model.observed import (
    ObservedConnection,
    ObservedTopic,
    ObserveRequest,
    SourceTarget,
)
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.provider import StreamkapProvider
from tests.support.streamkap import Streamkap, source
from tests.support.vendor import Reply

S1 = SourceTarget(source_id="s1")
ALL_OF_S1 = SourceTarget(source_id="s1", wants_all_topics=True)
MISSING = Reply(404, {"detail": "Not Found"})
ONE = Streamkap([source("s1", "orders", "a", "b")])


async def look(
    provider: StreamkapProvider, *targets: SourceTarget, states_only: bool = False
) -> ObservedConnection:
    request = ObserveRequest(sources=targets, states_only=states_only)
    return await provider.observe(request, Purpose.READS)


def topics(seen: ObservedConnection) -> tuple[ObservedTopic, ...]:
    found = seen.sources[0].source
    assert found is not None
    return found.topics
