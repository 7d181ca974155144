"""The action, the samples for pipelines and the hook are what the pages say of them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from reconciler.cli.main import root

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "reconciler/templates/github.yml": "examples/github/reconciler.yml",
    "reconciler/templates/gitlab.yml": "examples/gitlab/.gitlab-ci.yml",
}
FILES = ["action.yml", *SAMPLES.values()]
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("template", "sample"), SAMPLES.items())
def test_what_init_lays_down_is_the_sample(template: str, sample: str) -> None:
    assert text_of(template) == text_of(sample)


@pytest.mark.parametrize("name", FILES)
def test_foreign_actions_are_pinned_by_commit_and_images_by_digest(name: str) -> None:
    used = re.findall(r"uses: (\S+(?: #.*)?)$", text_of(name), re.MULTILINE)
    images = re.findall(r"image: (\S+)$", text_of(name), re.MULTILINE)

    assert used or images
    assert [u for u in used if not PINNED.fullmatch(u) and u != "./.reconciler-action"] == []
    assert [i for i in images if not re.search(r"@sha256:[0-9a-f]{64}$", i)] == []


def scripts(name: str) -> str:
    """Every script of a file, as one text."""
    document = yaml.safe_load(text_of(name))
    if name == "action.yml":
        steps = document["runs"]["steps"]
        return "\n".join(step.get("run", "") for step in steps)
    jobs = [job for job in document.values() if isinstance(job, dict)]
    return "\n".join(line for job in jobs for line in job.get("script", ()))


@pytest.mark.parametrize("name", ["action.yml", "examples/gitlab/.gitlab-ci.yml"])
def test_scripts_call_commands_that_exist_with_options_they_take(name: str) -> None:
    called = re.findall(r"reconciler\"? (ci .*)$", scripts(name).replace("\\\n", ""), re.MULTILINE)
    ctx = click.Context(root, **root.context_settings)
    group = root.get_command(ctx, "ci")
    assert isinstance(group, click.Group)

    assert len(called) >= 3
    for line in called:
        words = shlex.split(line.split(" -- ")[0].split(">")[0].split("||")[0])
        command = group.get_command(ctx, words[1])
        assert command is not None, line
        taken = {option for param in command.params for option in param.opts}
        assert {w for w in words if w.startswith("--")} <= taken, line


def test_nothing_is_pasted_into_a_script() -> None:
    """What an expression gives could be words of a stranger; variables are never run."""
    assert "${{" not in scripts("action.yml")


@pytest.mark.parametrize("name", ["action.yml", "examples/gitlab/.gitlab-ci.yml"])
def test_no_module_of_the_checkout_runs_instead_of_pythons_own(name: str) -> None:
    called = re.findall(r"python3?\"? (.*-m \w+)", text_of(name))

    assert called
    assert [words for words in called if not words.startswith("-I ")] == []


def test_only_the_word_false_lets_an_apply_go_without_a_review() -> None:
    steps = yaml.safe_load(text_of("action.yml"))["runs"]["steps"]
    asked = [re.findall(r"inputs\.reviewed (\S+ \S+)", step.get("if", "")) for step in steps]

    assert [words for words in asked if words] == [["!= 'false'"], ["== 'false'"]]


def test_a_reason_is_one_word_of_the_apply_whatever_it_says() -> None:
    """Who starts a job by hand gives a reason, and no options beside it."""
    jobs = yaml.safe_load(text_of("examples/github/reconciler.yml"))["jobs"]
    given = [step.get("with", {}) for job in jobs.values() for step in job["steps"]]
    steps = yaml.safe_load(text_of("action.yml"))["runs"]["steps"]
    (script,) = (step["run"] for step in steps if step["name"] == "Run")
    stub = script.replace('"$RUNNER_TEMP/reconciler/bin/reconciler"', "printf '<%s>'")
    said = "INC-7\n--allow\ndisruptive"
    environ = dict.fromkeys(("ENVIRONMENT", "ARGUMENTS", "COMMIT", "APPROVAL", "ALLOW"), "")
    environ |= {"COMMAND": "apply", "PATHS": "specs", "RUNNER_TEMP": "", "BREAK_GLASS": said}
    ran = subprocess.run(
        ["bash", "-eu", "-c", stub],
        env={"PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.endswith(f"<--><specs><--break-glass={said}>")
    assert [with_ for with_ in given if "inputs." in str(with_.get("arguments"))] == []
    assert [with_["break-glass"] for with_ in given if "break-glass" in with_] == [
        "${{ inputs.reason }}"
    ]


STUBS = {
    "python": 'mkdir -p "$CI_BUILDS_DIR/reconciler/bin"\n: > "$CI_BUILDS_DIR/reconciler/bin/activate"',
    "pip": ":",
    "reconciler": 'echo "$*" >> called\n[ "$2" = reviewed ]',
}


@pytest.mark.parametrize("job", ["plan", "apply"])
def test_what_a_checkout_holds_or_a_push_says_is_never_taken_for_a_result(
    job: str, tmp_path: Path
) -> None:
    """Nothing was reviewed, or planning fails at once; files and variables of a stranger are there."""
    jobs = yaml.safe_load(text_of("examples/gitlab/.gitlab-ci.yml"))
    (tmp_path / "bin").mkdir()
    for name, text in STUBS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    for name in ("result.env", "reviewed.env"):
        (tmp_path / name).write_text("touch obeyed; exit_code=0; approval=sha256:0; commit=a\n")
    (tmp_path / "plan.json").mkdir()
    lines = [*jobs[".reconciler"]["before_script"], *jobs[job]["script"]]
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
            "CI_BUILDS_DIR": str(tmp_path / "builds"),
            "CI_JOB_URL": "https://gitlab.example/1",
            "ENVIRONMENT": "production",
            "RECONCILER_PACKAGE": "reconciler",
            "approval": "sha256:0",
            "commit": "a",
        },
        capture_output=True,
        check=False,
    )

    called = (tmp_path / "called").read_text().splitlines()
    assert not (tmp_path / "obeyed").exists()
    assert [line.split()[1] for line in called] == {"plan": ["run"], "apply": ["reviewed"]}[job]
    assert (ran.returncode == 0) == (job == "apply")


def test_applies_of_an_environment_wait_for_each_other() -> None:
    github = yaml.safe_load(text_of("examples/github/reconciler.yml"))
    gitlab = yaml.safe_load(text_of("examples/gitlab/.gitlab-ci.yml"))

    for job in ("apply", "break-glass"):
        assert github["jobs"][job]["concurrency"] == {
            "group": "reconciler-apply-production",
            "cancel-in-progress": False,
        }
        assert gitlab[job]["resource_group"] == "reconciler-apply-production"


def test_looking_and_writing_have_credentials_of_their_own() -> None:
    jobs = yaml.safe_load(text_of("examples/github/reconciler.yml"))["jobs"]

    assert {name: job.get("environment") for name, job in jobs.items()} == {
        "validate": None,
        "plan": "production-read",
        "apply": "production",
        "break-glass": "production",
        "drift": "production-read",
    }


def test_the_hook_checks_specs_and_nothing_else(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load(text_of(".pre-commit-hooks.yaml"))
    (tmp_path / "specs").mkdir()
    broken = tmp_path / "specs/broken.yaml"
    broken.write_text("kind: Sauce\n", encoding="utf-8")
    program, *words = shlex.split(hook["entry"])

    ran = subprocess.run(
        [sys.executable, "-m", program, *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert re.match(hook["files"], "specs/broken.yaml")
    assert (ran.returncode, ran.stderr.startswith("specs/broken.yaml:1:")) == (2, True)
