"""Every source of a project, page by page (`docs/apis/streamkap.md#sources`)."""

from reconciler.model.inventory import Inventory, ListedSource
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.client import PAGE, StreamkapClient


async def all_sources(client: StreamkapClient) -> list[wire.Source]:
    """Every source that the credential may see, by id; `total` can lie, so a short page is the end.

    Args:
        client: Of one connection.

    Raises:
        ProviderError: A page could not be read; a part would look like the whole.
    """
    found: dict[str, wire.Source] = {}
    page = 1
    while True:
        answer = await client.sources(page, Purpose.READS)
        news = {source.id: source for source in answer.result if source.id not in found}
        found |= news
        if not news or len(answer.result) < min(PAGE, answer.page_size or PAGE):
            return [found[source_id] for source_id in sorted(found)]
        page += 1


async def inventory(client: StreamkapClient, project: str) -> Inventory:
    """The sources of a connection.

    Args:
        client: Of one connection.
        project: Service id that every source must have, or empty.

    Raises:
        ProviderError: They could not be listed.
    """
    found = await all_sources(client)
    mine = [source for source in found if not project or source.service_id == project]
    others = len(found) - len(mine)
    notes = (f"left out: {others} of another project than {project}",) if others else ()
    listed = [ListedSource(item.id, item.name or "", item.service_id or "") for item in mine]
    return Inventory(tuple(sorted(listed)), notes=notes)
