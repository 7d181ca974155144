"""What one writes without thinking of batches: a loop over topics, a call and a poll for each.

The tools that pause mirror topics today do the same: one request per topic, then that one topic is
asked about until it says that it is paused.
"""

import asyncio

from benchmarks.floors import httpx

POLL = 1.0
"""Seconds between two looks at a topic that is not paused yet."""

POLLS = 30
"""Looks at one topic."""


async def pause(http: httpx.AsyncClient, link: str, topic: str) -> None:
    """Pause one topic and wait until it is.

    Args:
        http: With base URL and credential.
        link: Path of its link.
        topic: Its name.

    Raises:
        TimeoutError: It never was.
    """
    answer = await http.post(f"{link}/mirrors:pause", json={"mirror_topic_names": [topic]})
    answer.raise_for_status()
    for _ in range(POLLS):
        if (await http.get(f"{link}/mirrors/{topic}")).json()["mirror_status"] == "PAUSED":
            return
        await asyncio.sleep(POLL)
    raise TimeoutError(topic)


async def pause_all(
    http: httpx.AsyncClient, topics: list[tuple[str, str]], at_once: int = 1
) -> None:
    """Pause topics.

    Args:
        http: With base URL and credential.
        topics: Path of the link, and name.
        at_once: How many are on their way together.
    """
    turns = asyncio.Semaphore(at_once)

    async def one(link: str, topic: str) -> None:
        async with turns:
            await pause(http, link, topic)

    async with asyncio.TaskGroup() as group:
        for link, topic in topics:
            group.create_task(one(link, topic))
