"""What a read of `GET /topics/details` costs, for whoever plans it and whoever makes it alike.

A request names as many sources as its URL has room for, and gives one page of topics. Pages are read
until a short one, since the stated total can lie: a list of exactly a page costs a second request.
Source: `docs/apis/streamkap.md#topics`.
"""

from collections.abc import Iterable, Iterator, Mapping

TOPICS_PER_PAGE = 100
LONGEST_URL = 1500
OTHER_QUERY = 200  # room for host, path and the other parameters
COMMA = 3  # as it is percent-encoded


def id_chunks(source_ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in order, cut into as many as one request may name.

    Args:
        source_ids: The vendor's ids; one that is named twice is asked about once.
    """
    chunk: list[str] = []
    room = LONGEST_URL - OTHER_QUERY
    for source_id in dict.fromkeys(source_ids):
        length = len(source_id) + COMMA
        if chunk and length > room:
            yield chunk
            chunk, room = [], LONGEST_URL - OTHER_QUERY
        chunk.append(source_id)
        room -= length
    if chunk:
        yield chunk


def requests_to_list(listing: Mapping[str, int]) -> int:
    """Requests that it takes to list the topics of sources.

    Args:
        listing: Topics of each source, by its id.
    """
    return sum(
        sum(listing[item] for item in chunk) // TOPICS_PER_PAGE + 1
        for chunk in id_chunks(sorted(listing))
    )
