"""The sandbox's page names every switch there is, and what it shows works when it is typed."""

import argparse
import asyncio
import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import click
import httpx
import pytest

from reconciler.cli.sandbox import command as sandbox_command
from reconciler.sandbox import in_memory_sandbox
from reconciler.sandbox.control import routes
from reconciler.sandbox.faults import EFFECTS, Rule, read_rules
from reconciler.sandbox.fields import Section
from reconciler.sandbox.generated_words import MOST
from reconciler.sandbox.quirks import VALUES
from reconciler.sandbox.quirks import parse as parse_quirks
from reconciler.sandbox.timing import Timing
from reconciler.sandbox.timing import parse as parse_timing
from reconciler.sandbox.world import read_text, read_world

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text(encoding="utf-8")
START = 1_800_000_000.0
NAMED_BY_PEOPLE = {"database.hostname.user.defined", "consumer.offset.sync.enable"}
Rows: TypeAlias = dict[str, list[str]]


def rows(head: str) -> Rows:
    """By first cell, the other cells of every table whose head begins like this."""
    found: Rows = {}
    for table in re.findall(rf"^\| {head} \|.*\n\|.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        for line in table.splitlines():
            name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[name.strip("`")] = cells
    return found


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def curls() -> list[str]:
    return [line for b in blocks("sh") for line in b.splitlines() if line.startswith("curl ")]


def test_every_quirk_is_there_with_all_its_values_and_the_default_first() -> None:
    told = {
        name: tuple(re.findall(r"`([^`]+)`", cells[0])) for name, cells in rows("quirk").items()
    }

    assert told == VALUES


def test_every_fault_is_there_with_an_example_that_can_be_ordered() -> None:
    examples = {name: json.loads(cells[1].strip("`")) for name, cells in rows("effect").items()}

    assert tuple(examples) == EFFECTS
    assert [read_rules({"rules": [rule]})[0].effect for rule in examples.values()] == list(EFFECTS)


def test_every_field_of_a_fault_is_there() -> None:
    assert set(rows("field")) >= set(Rule.__struct_fields__)


def test_every_duration_is_there_with_its_default() -> None:
    names = list(Timing.__struct_fields__)
    told = {name: cells[0] for name, cells in rows("field").items() if name in names}

    assert list(told) == names
    assert parse_timing(told) == Timing()


def test_every_control_endpoint_is_there() -> None:
    told = set(re.findall(r"`((?:GET|PUT|POST|DELETE) /_sandbox/\w+)`", PAGE))
    state = in_memory_sandbox(clock=lambda: START)._state
    served = {
        f"{method} /_sandbox{route.path}"
        for route in routes(state)
        for method in route.methods - {"HEAD"}
    }

    assert told == served


def test_every_command_and_every_option_of_a_generated_world_is_there() -> None:
    context = click.Context(sandbox_command)
    names = sandbox_command.list_commands(context)
    world = sandbox_command.get_command(context, "world")
    assert world is not None
    options = {option for param in world.params for option in param.opts}
    common = {"--state-dir", "--ledger", "--now", "--log-format", "-v", "--verbose", "--no-color"}

    assert [name for name in names if f"reconciler sandbox {name}" not in PAGE] == []
    assert [option for option in sorted(options - common) if f"`{option}" not in PAGE] == []
    assert f"{MOST:,}" in PAGE


def test_the_world_on_the_page_shows_every_field_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a world asks for its fields by name; those that were asked for are those."""
    asked: set[str] = set()
    finish = Section.finish

    def remembering(self: Section) -> None:
        asked.update(self.asked)
        finish(self)

    monkeypatch.setattr(Section, "finish", remembering)
    (text,) = blocks("yaml")
    document = read_text(text.encode())
    read_world(document, START)

    assert len(asked) > 40
    assert sorted(asked - _keys(document)) == []
    assert sorted(_keys(document) - asked - NAMED_BY_PEOPLE - {"run_times", "pending"}) == []
    assert parse_quirks({"run_times": "naive"}).run_times == "naive"


def _keys(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return {str(key) for key in value}.union(*map(_keys, value.values()))
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    return set()


def test_what_is_typed_works() -> None:
    """All of it, from top to bottom, against one sandbox."""
    sandbox = in_memory_sandbox(clock=lambda: START)
    files: dict[str, bytes] = {}

    async def main() -> list[int]:
        transport = httpx.ASGITransport(app=sandbox.app)
        async with httpx.AsyncClient(transport=transport) as client:
            return [await _typed(client, line, files) for line in curls()]

    codes = asyncio.run(main())

    assert len(codes) > 10
    assert set(codes) == {200}


async def _typed(client: httpx.AsyncClient, line: str, files: dict[str, bytes]) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("-fsS", action="store_true", required=True)
    for option in ("-X", "-u", "-H", "-d", "--data-binary"):
        parser.add_argument(option)
    parser.add_argument("url")
    command, _, file = line.removeprefix("curl ").partition(" > ")
    given = parser.parse_args(shlex.split(command))
    body = given.d.encode() if given.d else None
    if given.data_binary:
        body = files[given.data_binary.removeprefix("@")]
    name, _, value = (given.H or "Accept: */*").partition(": ")
    answer = await client.request(
        given.X or ("POST" if body else "GET"),
        given.url,
        content=body,
        headers={name: value},
        auth=tuple(given.u.split(":")) if given.u else None,
    )
    files[file] = answer.content
    return answer.status_code
