"""The very scripts of the action, against a platform here."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.e2e.person import Person
from tests.support.platform import BOT, Platform
from tests.unit.cli.pipelines.job import HEAD, MERGE, outputs

ROOT = Path(__file__).parents[4]


def steps() -> dict[str, str]:
    """The scripts of the action, by the name of their step."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return {step["name"]: step["run"] for step in action["runs"]["steps"] if "run" in step}


def script(name: str, home: Person, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one script of the action as GitHub's runner does, with an installed reconciler."""
    place = home.folder / "runner/reconciler/bin/reconciler"
    if not place.exists():
        place.parent.mkdir(parents=True)
        place.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n')
        place.chmod(0o755)
    env = {**home.env, "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(home.folder / "runner")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[name]],
        cwd=home.folder,
        env={**env, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_scripts_of_the_action_plan_tell_and_carry_out_what_was_reviewed(
    github: dict[str, str], home: Person, platform: Platform
) -> None:
    common = {**github, "ENVIRONMENT": "prod", "AUTHOR": BOT, "PATHS": "specs\n", "ARGUMENTS": ""}
    common |= {"ALLOW": "", "COMMIT": "", "APPROVAL": "", "RECONCILER_LEDGER": ""}
    told = {"TOLD": "plan", "EXIT_CODE": "3", "ARTIFACT": "https://github.example/a/1", "PULL": ""}

    planned = script("Run", home, {**common, "COMMAND": "plan"})
    commented = script("Tell", home, {**common, **told})

    assert (planned.returncode, commented.returncode) == (0, 0), planned.stderr + commented.stderr
    assert "[plan file](https://github.example/a/1)" in platform.bodies[0]

    platform.merged = [
        {"number": 5, "head": {"sha": HEAD}, "merge_commit_sha": MERGE, "merged_at": "now"}
    ]
    (home.folder / "output.txt").unlink()
    merged = {k: v for k, v in common.items() if k != "GITHUB_EVENT_PATH"}
    found = script("Look up what was reviewed", home, merged)
    assert found.returncode == 0, found.stderr
    known = outputs(home)
    assert (known["pull"], known["commit"], known["run"]) == ("5", HEAD, "17")

    reviewed = {"COMMIT": known["commit"], "APPROVAL": known["approval"], "COMMAND": "apply"}
    applied = script("Run", home, {**merged, **reviewed, "ALLOW": "disruptive"})
    after = {"TOLD": "apply", "EXIT_CODE": "0", "ARTIFACT": "", "PULL": known["pull"]}
    script("Tell", home, {**merged, **after})

    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert [body.partition(" environment")[0] for body in platform.bodies] == [
        "<!-- reconciler kind=plan",
        "<!-- reconciler kind=apply",
    ]
    assert os.environ["GITHUB_TOKEN"] not in "".join(platform.bodies)
