"""Finding the sources that specs speak of, in few requests (`docs/apis/streamkap.md#sources`).

One target is looked up by itself. Several begin with the first page of all sources; for what is
still missing, single look-ups or the remaining pages follow, whichever is fewer requests. `total`
can lie in both directions, so it only ever chooses between the two; a short page is the end.

Whoever looks again knows what the pages showed, and asks for each target at once where that is no
more. A look-up by name gives every source whose name contains it, so that no other such name is
asked for beside.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from http import HTTPStatus

from reconciler.errors import ProviderError, ReadFailed
from reconciler.model.observed import Problem, ProblemKind, SourceTarget
from reconciler.providers.fanout import at_once
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.client import PAGE, StreamkapClient
from reconciler.records import Struct, field


class Shown(Struct):
    """What the pages of all sources showed when they were last read.

    Attributes:
        pages: How many were read; 0 is none yet.
        keys: Ids and names of the sources on them.
    """

    pages: int = 0
    keys: set[str] = field(default_factory=set)

    def favours_look_ups(self, targets: Sequence[SourceTarget]) -> bool:
        """Whether asking for each target is no more than those pages and what they lacked."""
        lacking = sum((target.source_id or target.name) not in self.keys for target in targets)
        return len(targets) == 1 or (self.pages > 0 and len(targets) <= self.pages + lacking)


class _Listing(Struct):
    """Sources seen so far, by id, and their ids by name."""

    seen: dict[str, wire.Source] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)

    def add(self, sources: Sequence[wire.Source]) -> int:
        """Remember sources; how many were new."""
        before = len(self.seen)
        for source in sources:
            if source.id not in self.seen and source.name:
                self.named.setdefault(source.name, []).append(source.id)
            self.seen.setdefault(source.id, source)
        return len(self.seen) - before

    def shows(self, target: SourceTarget) -> bool:
        """Whether anything that was seen is what a target points to."""
        if target.source_id:
            return target.source_id in self.seen
        return target.name in self.named

    def matching(self, target: SourceTarget) -> list[wire.Source]:
        """What a target points to, among what was seen."""
        ids = [target.source_id] if target.source_id else self.named.get(target.name, [])
        return [self.seen[item] for item in ids if item in self.seen]


async def find_sources(
    client: StreamkapClient, shown: Shown, targets: Sequence[SourceTarget], purpose: Purpose
) -> list[wire.Source | Problem | ProviderError]:
    """The source of every target.

    Args:
        client: Of one connection.
        shown: Of the same connection; learns what the pages show.
        targets: By id or by exact name.
        purpose: What the requests are counted as.

    Returns:
        In the order of the targets: the source, why there is none, or why that is not known.
    """
    listing = _Listing()
    if shown.favours_look_ups(targets):
        failures = await _look_up(client, targets, listing, purpose)
    else:
        failures = await _list(client, targets, (listing, shown), purpose)
    return [failures.get(target) or _resolved(target, listing) for target in targets]


async def _list(
    client: StreamkapClient,
    targets: Sequence[SourceTarget],
    seen: tuple[_Listing, Shown],
    purpose: Purpose,
) -> dict[SourceTarget, ProviderError]:
    listing, shown = seen
    page = 0
    missing = list(targets)
    pages_left = 1
    while missing and pages_left:
        if page and len(missing) <= pages_left:
            return await _look_up(client, missing, listing, purpose)
        page += 1
        try:
            answer = await client.sources(page, purpose)
        except ProviderError as error:
            return dict.fromkeys(missing, error)
        news = listing.add(answer.result)
        shown.pages, shown.keys = page, {*listing.seen, *listing.named}
        is_last = not news or len(answer.result) < min(PAGE, answer.page_size or PAGE)
        pages_left = 0 if is_last else _pages_left(answer.total, len(listing.seen))
        missing = [target for target in missing if not listing.shows(target)]
    return {}


def _pages_left(total: int | None, seen: int) -> int:
    """At least one: the last page was full, so that another may follow whatever `total` says."""
    return max(1, -(-((total or 0) - seen) // PAGE))


async def _look_up(
    client: StreamkapClient, targets: Sequence[SourceTarget], listing: _Listing, purpose: Purpose
) -> dict[SourceTarget, ProviderError]:
    """Ask for each; what another answer should have held and did not is asked for by itself."""
    names = {target.name for target in targets if not target.source_id}
    first = [t for t in targets if t.source_id or not any(n in t.name for n in names - {t.name})]
    failures = await _ask(client, first, listing, purpose)
    left = [t for t in targets if t not in first and not listing.shows(t)]
    return failures | await _ask(client, left, listing, purpose)


async def _ask(
    client: StreamkapClient, targets: Sequence[SourceTarget], listing: _Listing, purpose: Purpose
) -> dict[SourceTarget, ProviderError]:
    jobs = [partial(_one, client, target, purpose) for target in targets]
    failures: dict[SourceTarget, ProviderError] = {}
    for target, found in zip(targets, await at_once(jobs), strict=True):
        if isinstance(found, ProviderError):
            failures[target] = found
        else:
            listing.add(found)
    return failures


async def _one(
    client: StreamkapClient, target: SourceTarget, purpose: Purpose
) -> list[wire.Source]:
    if target.source_id:
        try:
            return (await client.source(target.source_id, purpose)).result
        except ReadFailed as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return []
            raise
    found: dict[str, wire.Source] = {}
    page = 1
    while True:
        answer = await client.sources(page, purpose, target.name)
        news = {source.id: source for source in answer.result if source.id not in found}
        found |= news
        if not news or len(answer.result) < min(PAGE, answer.page_size or PAGE):
            return list(found.values())
        page += 1


def _resolved(target: SourceTarget, listing: _Listing) -> wire.Source | Problem:
    found = listing.matching(target)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(sorted(source.id for source in found))
        message = f"{len(found)} sources are named {target.name!r}: {ids}"
        return Problem(ProblemKind.AMBIGUOUS, message, "name one of them by sourceId")
    if target.source_id:
        message = f"no source has the id {target.source_id}"
        return Problem(
            ProblemKind.NOT_FOUND, message, "check sourceId and the project of the token"
        )
    near = get_close_matches(target.name, sorted(listing.named), n=1)
    advice = f"did you mean {near[0]!r}?" if near else "check the name and the project of the token"
    return Problem(ProblemKind.NOT_FOUND, f"no source is named {target.name!r}", advice)
