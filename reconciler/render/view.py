"""What the person asked for, as far as it shows."""

import shlex

from reconciler.core.gates import MAX_STARTS, sources_starting
from reconciler.model.plan import Plan
from reconciler.records import Struct


class View(Struct, frozen=True):
    """How to show, and what a command to copy has to repeat.

    Attributes:
        paths: Paths of specs as given; none is the default `specs/`.
        options: Options that the next command needs as well, word by word, such as
            `("--select", "Source/orders")`; not `--allow`, not `--plan`.
        applying: Whether apply shows the plan, so that nobody has to be told to apply it.
        plan_file: Where the plan was saved, or empty.
        allow_disruptive: Whether `--allow disruptive` was given.
        verbose: Whether nothing is folded.
        ascii: Whether the output can show ASCII only.
        width: Columns of the output.
    """

    paths: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    applying: bool = False
    plan_file: str = ""
    allow_disruptive: bool = False
    verbose: bool = False
    ascii: bool = False
    width: int = 100


def apply_command(plan: Plan, view: View) -> str:
    """The command that carries out the plan, quoted for a shell.

    Args:
        plan: What shall be carried out.
        view: Paths, options and plan file.
    """
    words = ["reconciler", "apply"]
    if view.plan_file:
        words += ["--plan", view.plan_file]
    # A path may look like an option; the mark that ends those stands after all of them.
    is_odd = any(path.startswith("-") for path in view.paths)
    words += view.options if is_odd else (*view.paths, *view.options)
    starting = sources_starting(plan)
    if starting > MAX_STARTS:
        words += ["--max-starts", str(starting)]
    if plan.is_disruptive:
        words += ["--allow", "disruptive"]
    if view.plan_file and plan.incomplete:
        words.append("--allow-incomplete")
    if is_odd:
        words += ["--", *view.paths]
    return shlex.join(words)
