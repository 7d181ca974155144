"""A small Confluent cluster for tests of what is asked, how often, and what is made of odd answers."""

from collections.abc import Callable, Mapping

from reconciler.model.desired import ProviderName
from reconciler.model.observed import (
    LinkTarget,
    ObservedConnection,
    ObserveRequest,
)
from reconciler.model.secret import Secret
from reconciler.providers.confluent import ConfluentProvider
from reconciler.providers.credential import ApiKey
from reconciler.providers.protocol import Purpose
from tests.support.clock import FakeClock
from tests.support.vendor import Reply, Request, Vendor, connection, limiter

CREDENTIAL = ApiKey(Secret("key"), Secret("s3cret"))
BASE = "/kafka/v3/clusters/c1/links"
A = LinkTarget("c1", "a")
B = LinkTarget("c1", "b")
Override = Callable[[Request], Reply | Exception | None]


def mirror(topic: str, **fields: object) -> dict[str, object]:
    return {"mirror_topic_name": topic, "mirror_status": "ACTIVE"} | fields


def vendor(
    links: Mapping[str, list[dict[str, object]]],
    states: Mapping[str, str] | None = None,
    override: Override = lambda _: None,
) -> Vendor:
    """Cluster c1 with links and their mirrors."""

    def answer(request: Request) -> Reply | Exception:
        given = override(request)
        if given is not None:
            return given
        if not request.path.startswith(BASE):
            return Reply(404, {"error_code": 404, "message": "Cluster cannot be found."})
        name = request.path.removeprefix(BASE).removeprefix("/").removesuffix("/mirrors")
        if not name:
            rows = [
                {"link_name": link, "link_state": (states or {}).get(link, "ACTIVE")}
                for link in links
            ]
            return Reply(200, {"data": rows, "metadata": {"next": None}})
        wanted = links if name == "-" else {name: links[name]}
        rows = [row | {"link_name": link} for link, all_of in wanted.items() for row in all_of]
        return Reply(200, {"data": rows})

    return Vendor(answer)


def opened(answers: Vendor, clock: FakeClock) -> ConfluentProvider:
    declared = connection(ProviderName.CONFLUENT, base_path="/kafka/v3")
    return ConfluentProvider.open(declared, CREDENTIAL, limiter(clock), answers)


async def look(
    provider: ConfluentProvider, *targets: LinkTarget, states_only: bool = False
) -> ObservedConnection:
    request = ObserveRequest(links=targets, states_only=states_only)
    return await provider.observe(request, Purpose.READS)


def paths(answers: Vendor) -> list[str]:
    return sorted(request.path.removeprefix(BASE) for request in answers.requests)
