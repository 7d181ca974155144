"""Every command is documented, and takes the options it is said to take."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from reconciler.cli.main import root
from tests.support.reference import reference

EVERYWHERE = {"--ledger", "--state-dir", "--now", "--log-format", "--verbose", "--no-color"}
BRAKES = {"--max-changes", "--max-percent", "--break-glass"}
REPORTS = {"--junit", "--metrics-file"}
CHOOSING = {"--select", "--label", "--files-from"}
SPECS = {"--env", "--values"}
OPTIONS = {
    "init": {
        "--sandbox",
        "--streamkap",
        "--streamkap-endpoint",
        "--confluent",
        "--confluent-endpoint",
        "--ci",
    },
    "doctor": {"--connection", "--cluster", "--format", *SPECS},
    "dump": {"--connection", "--cluster", "--snapshots", "--out", "--force", *SPECS},
    "validate": {"--format", "--junit", "--files-from", *SPECS},
    "show": {"--format", *SPECS},
    "plan": {
        "--format",
        "--out",
        "--compare",
        "--detailed-exitcode",
        *REPORTS,
        *BRAKES,
        *CHOOSING,
        *SPECS,
    },
    "apply": {
        "--format",
        "--plan",
        "--max-plan-age",
        "--allow-incomplete",
        "--expect-approval",
        "--auto-approve",
        "--allow",
        "--max-starts",
        "--wait",
        "--timeout",
        "--retry",
        "--wait-lease",
        "--metrics-file",
        *BRAKES,
        *CHOOSING,
        *SPECS,
    },
    "drift": {"--format", "--notify", "--record", *REPORTS, *CHOOSING, *SPECS},
    "status": {"--format", "--watch", "--until-settled", "--metrics-file", *CHOOSING, *SPECS},
    "wait": {"--for", "--timeout", *SPECS},
    "explain": {"--format", *SPECS},
    "completion": set(),
    "history": {"--format", "--limit"},
    "ledger show": {"--format"},
    "ledger resolve": {"--happened", "--did-not-happen", "--scope", "--reason", "--format", *SPECS},
    "ledger mark": {"--completed-at", "--scope", "--reason", "--format", *SPECS},
    "ledger forget": {"--scope", "--reason", "--format", *SPECS},
    "ledger export": {"--out"},
    "ledger leases": {"--format"},
    "ledger break": {"--scope", "--reason", "--format"},
    "schema": {"--dialect"},
    "ci run": {"--environment", "--folder", "--commit", "--approval"},
    "ci annotate": {"--out", *SPECS},
    "ci comment": {
        "--environment",
        "--author",
        "--of",
        "--exit-code",
        "--plan",
        "--artifact",
        "--pull",
    },
    "ci stamp": {"--environment"},
    "ci reviewed": {"--environment", "--author", "--download"},
    "ci check": {"--environment", "--commit"},
    "sandbox serve": {"--host", "--port"},
    "sandbox world": {
        "--sources",
        "--topics",
        "--links",
        "--mirrors",
        "--seed",
        "--specs",
        "--endpoint",
    },
    "sandbox reset": set(),
    "sandbox requests": {"--format", "--clear"},
    "sandbox runs": {"--format"},
    "demo": {"--keep"},
}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    ctx = click.Context(root, **root.context_settings)
    for name in root.list_commands(ctx):
        command = root.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            for child in command.list_commands(ctx):
                inner = command.get_command(ctx, child)
                assert inner is not None
                yield f"{name} {child}", inner
        else:
            yield name, command


ALL = dict(commands())


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_command_has_help_with_an_example_of_itself(name: str) -> None:
    told = ALL[name].help or ""

    assert f"reconciler {name}" in told
    assert "Example" in told


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_command_takes_the_options_it_is_said_to_take(name: str) -> None:
    options = [param for param in ALL[name].params if isinstance(param, click.Option)]
    taken = {max(option.opts, key=len) for option in options}

    assert taken == OPTIONS[name] | EVERYWHERE
    assert all(option.help for option in options)


def test_every_command_is_known_by_name() -> None:
    assert set(ALL) == set(OPTIONS)


def test_the_reference_of_commands_is_current() -> None:
    """Made anew with `python -m tests.support.reference > docs/cli.md`."""
    committed = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")

    assert committed == reference()
