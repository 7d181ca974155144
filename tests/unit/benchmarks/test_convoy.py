"""A fleet that keeps up says what the sandbox says."""

import anyio
import pytest

from benchmarks import floors
from benchmarks.convoy import AUTH, Convoy, words_of
from benchmarks.door import Question, Reply
from benchmarks.fleet import Fleet
from benchmarks.slow import called
from reconciler.sandbox import in_memory_sandbox

FLEET = Fleet(links=3, mirrors=4, astray=2, links_per_cluster=2)
START = 1_795_000_000.0


def question(method: str, target: str, body: str = "") -> Question:
    return Question(method, target, b"\r\n%s: %s" % AUTH, body.encode())


def told(target: str, reply: Reply) -> list[tuple[object, ...]]:
    """What an answer says, without the times that differ; pauses come in any order."""
    rows = floors.decoder_of(target).decode(reply.body).data
    fields = ("link_name", "link_state", "mirror_topic_name", "mirror_status", "error_code")
    return sorted([tuple(str(getattr(row, f, "")) for f in fields) for row in rows])


def test_every_phase_is_answered_as_the_sandbox_would() -> None:
    sandbox = in_memory_sandbox(FLEET.world(), clock=lambda: START)

    async def main() -> tuple[list[object], list[object]]:
        convoy = Convoy(FLEET, await words_of(FLEET))
        ours, theirs = [], []
        for method, target, body in (ask for phase in FLEET.asks() for ask in phase):
            asked = question(method, target, body)
            ours.append(told(target, await convoy.answer(asked)))
            theirs.append(told(target, await called(sandbox.app, asked)))
        return ours, theirs

    ours, theirs = anyio.run(main)

    assert ours == theirs
    assert len(ours) == sum(FLEET.phases)


@pytest.mark.parametrize("body", ['{"mirror_topic_names": []}', '{"mirror_topic_names": ["x"]}'])
def test_a_call_that_names_others_is_refused_and_pauses_nothing(body: str) -> None:
    target = FLEET.asks()[2][0][1]

    async def main() -> tuple[int, Reply]:
        convoy = Convoy(FLEET, await words_of(FLEET))
        refused = await convoy.answer(question("POST", target, body))
        path = target.removesuffix(":pause")
        return refused.status, await convoy.answer(question("GET", path))

    status, listed = anyio.run(main)

    assert status == 404
    assert b"PAUSED" not in listed.body


def test_a_new_world_has_nothing_paused() -> None:
    pauses = FLEET.asks()[2]

    async def main() -> list[bytes]:
        convoy = Convoy(FLEET, await words_of(FLEET))
        await convoy.answer(question(*pauses[0]))
        path = pauses[0][1].removesuffix(":pause")
        before = await convoy.answer(question("GET", path))
        await convoy.answer(question("PUT", "/_sandbox/world"))
        after = await convoy.answer(question("GET", path))
        return [before.body, after.body]

    before, after = anyio.run(main)

    assert b"PAUSED" in before
    assert b"PAUSED" not in after
