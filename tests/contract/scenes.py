"""Worlds with their specs that several contracts of apply begin from."""

from tests.support.rich import (
    RICH_SPECS,
    RICH_WORLD,
    completed,
    connections,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage

MIRRORS = "/kafka/v3/clusters/lkc-1/links/west/mirrors"
TWO_SOURCES = world(
    source("crm", topic("crm.x"), topic("crm.zz")), source("stock", topic("stock.l"), topic("s.zz"))
)
TWO_SPECS = (
    connections() + snapshots("crm", completed("crm.?")) + snapshots("stock", completed("stock.?"))
)
ONE_LINK = world(link("west", mirror("a"), mirror("b")))
ONE_LINK_SPECS = connections() + mirrors("west", paused("a", "b"))


def rich(**more: object) -> Stage:
    return Stage(RICH_WORLD | more, RICH_SPECS)
