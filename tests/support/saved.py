"""Plans that went through a file, and a stage on which one is carried out."""

from datetime import timedelta
from functools import cache

from reconciler import __version__
from reconciler.core.admission import MAX_AGE
from reconciler.core.digest import approval
from reconciler.core.pins import check_pins, pins_of
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.engine.reopening import Reopening, check_calls, reopen
from reconciler.model.desired import Desired
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Step
from reconciler.model.saved import SavedPlan, SpecPin
from reconciler.records import replace
from tests.support.plans import NOW, ORDERS, SOURCE_ID, rich_plan, start_step
from tests.support.rich import RICH_SPECS, RICH_WORLD
from tests.support.stage import Stage


def saved_of(planned: Planned) -> SavedPlan:
    """A plan as `plan --out` keeps it."""
    plan = planned.plan
    pins = pins_of(planned.desired, plan.steps)
    return SavedPlan(plan, pins, __version__, plan.created_at + MAX_AGE)


@cache
def rich_saved() -> tuple[SavedPlan, Desired]:
    """A plan with a stop, starts of both forms, pauses and a resume, and the specs it is of."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    return saved_of(stage.plan()), stage.desired


def small_saved(**changes: object) -> SavedPlan:
    """A plan with every verdict and one call."""
    steps = (start_step("s1", "public.order_items"),)
    plan = replace(rich_plan(), steps=steps, approval=approval(steps))
    pins = (SpecPin(ORDERS, "specs/orders.yaml", "sha256:0a", SOURCE_ID),)
    saved = SavedPlan(plan, pins, __version__, NOW + timedelta(hours=24))
    return replace(saved, **changes)  # type: ignore[arg-type]


def with_step(saved: SavedPlan, number: int, step: Step) -> SavedPlan:
    """The same plan with another step, approved as it is."""
    steps = list(saved.plan.steps)
    steps[number - 1] = step
    plan = replace(saved.plan, steps=tuple(steps), approval=approval(steps))
    return replace(saved, plan=plan)


def apply_saved(
    stage: Stage, saved: SavedPlan, *, allow: bool = True, break_glass: str = ""
) -> ApplyReport:
    """Carry out a saved plan as `apply --plan` does, without its question."""

    async def main() -> ApplyReport:
        async with stage._opened() as providers:
            moved = check_pins(saved, stage.desired)
            asked = Reopening(saved, stage.desired, moved)
            check_calls(asked, providers)
            memory = stage.memory(may_write=True)
            await memory.recall()
            planned = await reopen(asked, providers, stage.clock, lambda _: None)
            halt = Halt(stage.clock, stage.clock.monotonic() + 600)
            ask = ApplyAsk(halt, memory, allow, break_glass=break_glass)
            return await apply_plan(planned, providers, ask, lambda _: None)

    return stage.clock.run(main)
