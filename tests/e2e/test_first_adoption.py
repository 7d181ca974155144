"""`docs/first-adoption.md`, typed line by line against an account that has grown by hand."""

import re
import shlex
from pathlib import Path

from reconciler.sandbox.generate import Size, generate
from tests.e2e.person import Person, Ran
from tests.e2e.served import Served
from tests.e2e.test_served import READ_POSTS

PAGE = Path(__file__).parents[2] / "docs/first-adoption.md"
ENDPOINT = "https://pkc-00000.region.provider.confluent.cloud"
SIZE = Size(sources=100, topics=10, links=50, mirrors=20, seed=3)


def lines() -> list[str]:
    """Every line of shell on the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return "".join(blocks).splitlines()


def clusters(world: dict[str, object]) -> list[str]:
    confluent = world["confluent"]
    assert isinstance(confluent, dict)
    return [str(cluster["id"]) for cluster in confluent["clusters"]]


def typed(person: Person, line: str, url: str, ids: list[str]) -> Ran:
    """One line, with this account's places instead of the page's."""
    named = " ".join(f"--cluster {cluster_id}" for cluster_id in ids)
    line = line.replace("--cluster lkc-abc123", named).replace(ENDPOINT, url)
    words = shlex.split(line)
    if words[0] == "export":
        person.environment |= {word.partition("=")[0]: "demo" for word in words[1:]}
        return Ran(0, "", "")
    assert words[0] == "reconciler"
    more = ["--streamkap-endpoint", url] if words[1] == "init" else []
    return person.run(*words[1:], *more)


def test_the_page_leads_from_nothing_to_a_plan_without_changes(
    served: Served, tmp_path: Path
) -> None:
    world = dict(generate(SIZE))
    served.control("POST", "reset", world)
    person = Person(tmp_path)
    told = [typed(person, line, served.url, clusters(world)) for line in lines()]
    changed = [r for r in served.requests() if r["method"] != "GET"]

    assert [ran.code for ran in told] == [0] * len(told), [ran for ran in told if ran.code]
    assert {str(request["path"]) for request in changed} <= READ_POSTS
    assert told[-2].out == "Valid: 2 connections, 100 sources, 50 cluster links in 8 files.\n"
    assert re.search(r"^Nothing to do: all \d{3,} declared topics", told[-1].out, re.MULTILINE)


def test_the_page_names_five_steps() -> None:
    steps = [line.split()[1] for line in lines() if line.startswith("reconciler ")]

    assert steps == ["init", "doctor", "dump", "dump", "validate", "plan"]
