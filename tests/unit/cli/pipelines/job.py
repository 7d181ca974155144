"""A job of a pipeline: its commits, its steps and its outputs."""

from tests.e2e.person import Person
from tests.unit.cli.conftest import Command

HEAD, MERGE = "b" * 40, "c" * 40


def outputs(home: Person) -> dict[str, str]:
    rows = (home.folder / "output.txt").read_text(encoding="utf-8").splitlines()
    return dict(row.split("=", 1) for row in rows)


def plan(command: Command, *words: str) -> int:
    return command("ci", "run", "plan", "--environment", "prod", "specs", *words).code


def tell(command: Command, code: int = 3) -> tuple[int, str]:
    ran = command(
        "ci", "comment", "reconciler-plan/page.md", "--environment", "prod",
        "--plan", "reconciler-plan/plan.json", "--exit-code", str(code),
    )  # fmt: skip
    return ran.code, ran.err
