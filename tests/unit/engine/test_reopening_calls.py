"""A saved plan whose calls are not those of its changes is refused as a whole."""

from collections.abc import Callable

import pytest

from reconciler.core.pins import Moved
from reconciler.engine.reopening import Reopening, check_calls
from reconciler.errors import AuthFailed, UsageError
from reconciler.model.call import Call
from reconciler.model.change import Change, Resume
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from tests.support.saved import rich_saved, small_saved, with_step
from tests.unit.engine.reopened import rich


class _Renderer:
    """A provider as far as calls are made."""

    def __init__(self, make: Callable[[Change], Call]) -> None:
        self._make = make

    def render(self, change: Change) -> Call:
        return self._make(change)


def _checked(saved: SavedPlan, make: Callable[[Change], Call], moved: Moved) -> str:
    names = {step.call.connection for step in saved.plan.steps}
    asked = Reopening(saved, rich_saved()[1], moved)
    try:
        check_calls(asked, {name: _Renderer(make) for name in names})
    except UsageError as error:
        return str(error)
    return ""


def test_a_call_that_its_change_does_not_make_refuses_the_plan():
    saved = small_saved()
    forged = replace(saved.plan.steps[0].call, path="/sources/delete")
    other = with_step(saved, 1, replace(saved.plan.steps[0], call=forged))
    call = saved.plan.steps[0].call

    assert _checked(saved, lambda _: call, Moved({}, {})) == ""
    assert _checked(other, lambda _: call, Moved({}, {})) == (
        "the call of s1 is not the one that its change makes; plan again"
    )


def test_a_call_of_a_part_that_is_stale_is_not_looked_at():
    saved = small_saved()

    def never(_change: Change) -> Call:
        raise AssertionError

    assert _checked(saved, never, Moved({"streamkap-prod": "gone"}, {})) == ""


def test_a_change_that_its_vendor_does_not_know_refuses_the_plan():
    stage, saved = rich()
    number = next(n for n, s in enumerate(saved.plan.steps, 1) if isinstance(s.change, Resume))
    step = saved.plan.steps[number - 1]
    forged = with_step(saved, number, replace(step, call=replace(step.call, connection="kap")))

    async def main() -> None:
        async with stage._opened() as providers:
            check_calls(Reopening(forged, stage.desired, Moved({}, {})), providers)

    with pytest.raises(UsageError) as refused:
        stage.clock.run(main)

    assert str(refused.value) == (
        f"s{number} is no change for its connection: Streamkap has no mirror topics to resume"
    )


def test_a_connection_that_cannot_be_opened_makes_no_calls_to_compare():
    def closed(_change: Change) -> Call:
        raise AuthFailed("streamkap-prod", "read the credential", "KEY is not set")

    assert _checked(small_saved(), closed, Moved({}, {})) == ""
