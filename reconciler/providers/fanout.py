"""Doing several reads at once, each with its own failure."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

from reconciler.errors import AuthFailed, ProviderError, Unreachable
from reconciler.model.observed import Problem, ProblemKind

T = TypeVar("T")


async def at_once(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T | ProviderError]:
    """Run jobs together; one that fails keeps the others running.

    Args:
        jobs: Functions that start each job.

    Returns:
        For every job its result or its failure, in the order of the jobs.
    """
    results: dict[int, T | ProviderError] = {}

    async def run(index: int, job: Callable[[], Awaitable[T]]) -> None:
        try:
            results[index] = await job()
        except ProviderError as error:
            results[index] = error

    async with anyio.create_task_group() as group:
        for index, job in enumerate(jobs):
            group.start_soon(run, index, job)
    return [results[index] for index in range(len(jobs))]


def raise_if_nothing(results: Sequence[object]) -> None:
    """Raise the first failure where every read failed for a reason that is the connection's own.

    Args:
        results: What the reads gave: values or failures.

    Raises:
        ProviderError: The credential is not accepted, or nothing answers.
    """
    failures = [item for item in results if isinstance(item, AuthFailed | Unreachable)]
    if failures and len(failures) == len(results):
        raise failures[0]


def unreadable(error: ProviderError) -> Problem:
    """A failed read as the reason why something has no observed value."""
    trail = f" (request id {error.request_id})" if error.request_id else ""
    message = f"{error.connection}: {error.request}: {error.message}{trail}"
    return Problem(ProblemKind.UNREADABLE, message, error.advice)
