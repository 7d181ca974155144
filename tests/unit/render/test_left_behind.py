"""What is left behind, as text, Markdown and JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.journal import Actor
from reconciler.model.plan import Plan
from reconciler.records import replace
from reconciler.render import json_view, markdown, text
from reconciler.render.left_behind import forget_command, with_left
from reconciler.render.view import View
from tests.support.plans import LEFT, LINK, in_sync, left, left_run, plan_of

SCHEMAS = Path(__file__).parents[3] / "reconciler" / "render" / "schemas"
VIEW = View(paths=("specs/",))
CALM = in_sync(LINK.of("a"), "ACTIVE")
ITEMS = (left("orders.b"), left("orders.a"), left_run("public.old"))
PLAN = plan_of(CALM, left_behind=ITEMS, has_ledger=True)
TEXT = """\
Left behind: no spec names these any more, and nothing is done about them:
  & ClusterLink/east-to-west paused: orders.a, orders.b
    since 2026-11-01T10:00:00Z by ci, commit c0ffee, https://ci.test/runs/7
    do: name it in a spec, or say
        `reconciler ledger forget ClusterLink/east-to-west/orders.a --reason REASON` (and likewise
        for the others)
  & Source/orders-postgres snapshot not seen to end: public.old
    since 2026-11-01T10:00:00Z by anna
    do: name it in a spec, or say
        `reconciler ledger forget Source/orders-postgres/public.old --reason REASON`

"""
PAGE = """\
### Left behind: no spec names these any more, and nothing is done about them

| What | Topics | Of | Since | What to do |
| --- | --- | --- | --- | --- |
| **paused** | `orders.a`, `orders.b` | `ClusterLink/east-to-west` | since `2026-11-01T10:00:00Z` \
by ci, commit `c0ffee`, `https://ci.test/runs/7` | name it in a spec, or say \
`reconciler ledger forget ClusterLink/east-to-west/orders.a --reason REASON` (and likewise for the \
others) |
| **snapshot not seen to end** | `public.old` | `Source/orders-postgres` | since \
`2026-11-01T10:00:00Z` by anna | name it in a spec, or say \
`reconciler ledger forget Source/orders-postgres/public.old --reason REASON` |
"""
TEXTS: dict[str, Callable[[Plan, View], list[text.Line]]] = {
    "plan": text.plan,
    "drift": text.drift,
    "status": text.status,
}
PAGES: dict[str, Callable[[Plan, View], str]] = {
    "plan": markdown.plan,
    "drift": markdown.drift,
    "status": markdown.status,
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_told_as_text(name: str) -> None:
    assert TEXT in text.plain(TEXTS[name](PLAN, VIEW))


@pytest.mark.parametrize("name", PAGES)
def test_it_is_told_as_markdown(name: str) -> None:
    assert PAGE in PAGES[name](PLAN, VIEW)


@pytest.mark.parametrize("name", TEXTS)
def test_where_nothing_is_left_behind_nothing_is_said(name: str) -> None:
    assert "eft behind" not in text.plain(TEXTS[name](plan_of(CALM), VIEW))
    assert "eft behind" not in PAGES[name](plan_of(CALM), VIEW)


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("plan", "Nothing to do: the declared topic is in sync; 3 left behind."),
        ("drift", "No drift: 1 in sync; 3 left behind."),
        ("status", "Status: 1 in sync; 3 left behind."),
    ],
)
def test_the_last_line_counts_it(name: str, summary: str) -> None:
    assert text.plain(TEXTS[name](PLAN, VIEW)).splitlines()[-1].startswith(summary)
    assert PAGES[name](PLAN, VIEW).splitlines()[0] == f"**{summary}**"


def test_nothing_left_behind_leaves_a_sentence_alone() -> None:
    assert with_left("Done.", plan_of()) == "Done."


@pytest.mark.parametrize("name", ["plan", "drift", "status"])
def test_it_is_told_as_json(name: str) -> None:
    views = {"plan": json_view.plan, "drift": json_view.drift, "status": json_view.status}

    document = views[name](PLAN, ())

    assert document["has_ledger"] is True
    assert document["left_behind"] == [
        {
            "address": f"ClusterLink/east-to-west/orders.{letter}",
            "scope": LEFT.scope,
            "topic": f"orders.{letter}",
            "what": "paused",
            "since": "2026-11-01T10:00:00Z",
            "actor": {"name": "ci", "run": "https://ci.test/runs/7", "commit": "c0ffee"},
        }
        for letter in "ab"
    ] + [
        {
            "address": "Source/orders-postgres/public.old",
            "scope": "streamkap/api.streamkap.com/67ad6e0af08a2365c729ba79",
            "topic": "public.old",
            "what": "run",
            "since": "2026-11-01T10:00:00Z",
            "actor": {"name": "anna", "run": None, "commit": None},
        }
    ]


def test_the_schema_describes_it() -> None:
    schema = json.loads((SCHEMAS / "plan.schema.json").read_text(encoding="utf-8"))
    document = json.loads(json_view.dumps(json_view.plan(PLAN, ())))

    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_the_order_in_which_it_is_given_does_not_matter() -> None:
    turned = replace(PLAN, left_behind=PLAN.left_behind[::-1])

    assert text.plain(text.plan(turned, VIEW)) == text.plain(text.plan(PLAN, VIEW))
    assert json_view.plan(turned, ()) == json_view.plan(PLAN, ())


def test_what_other_calls_left_behind_is_told_apart() -> None:
    plan = plan_of(left_behind=(left("a"), left("b", actor=Actor(""))))

    lines = text.plain(text.status(plan, VIEW)).splitlines()

    assert [row for row in lines if row.startswith("    since")] == [
        "    since 2026-11-01T10:00:00Z by ci, commit c0ffee, https://ci.test/runs/7",
        "    since 2026-11-01T10:00:00Z",
    ]


def test_much_is_folded_unless_all_is_asked_for() -> None:
    many = tuple(left(f"t{n:02}", actor=Actor(f"anna{n}")) for n in range(25))
    plan = plan_of(left_behind=many)

    assert "  ... and 5 more, -v shows them\n" in text.plain(text.plan(plan, VIEW))
    assert "-v shows" not in text.plain(text.plan(plan, View(verbose=True)))


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ((), ""),
        (("--select", "Source/x", "--state-dir", "a b", "--label", "k=v"), " --state-dir 'a b'"),
        (("--max-percent", "60", "--ledger", "team.db"), " --ledger team.db"),
    ],
)
def test_the_command_repeats_where_the_ledger_is(options: tuple[str, ...], command: str) -> None:
    address = LINK.of("it's")

    assert forget_command(address, View(options=options)) == (
        f"""reconciler ledger forget 'ClusterLink/east-to-west/it'"'"'s'{command} --reason REASON"""
    )
