import pytest

from reconciler.model.inventory import Inventory
from reconciler.model.observed import LinkTarget
from tests.support.clock import FakeClock
from tests.support.confluent import BASE, opened, vendor
from tests.support.vendor import Reply, Request

pytestmark = pytest.mark.anyio


async def test_a_remnant_without_a_name_is_left_out(clock: FakeClock) -> None:
    rows = [{"link_name": "a"}, {"link_name": "", "link_state": "UNMANAGED_SOURCE"}, {}]

    def override(request: Request) -> Reply | None:
        return Reply(200, {"data": rows}) if request.path == BASE else None

    found = await opened(vendor({}, override=override), clock).inventory(["c1"])

    assert found == Inventory(
        links=(LinkTarget("c1", "a"),), notes=("left out: 2 links without a name",)
    )
