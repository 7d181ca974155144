"""Markdown compared whole, read back by a parser, and fed with hostile names."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reconciler.model.address import Origin
from reconciler.model.change import Action, Pause
from reconciler.model.journal import Actor
from reconciler.model.outcome import CallOutcome, ItemOutcome, Reply, Result
from reconciler.model.plan import Plan
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import replace
from reconciler.render import markdown, text
from reconciler.render.view import View
from tests.support.plans import (
    LINK,
    ORDERS,
    finding,
    in_sync,
    left,
    mirror_step,
    pause,
    plan_of,
    report_of,
    rich_plan,
    rich_report,
    start,
    start_step,
    stop_step,
)

GOLDEN = Path(__file__).parent / "golden"
VIEW = View(paths=("specs/",))
UNSEEN = rich_plan(incomplete=("streamkap-prod: GET /sources: HTTP 503",), partial=True)
PAGES: dict[str, Callable[[], str]] = {
    "plan": lambda: markdown.plan(UNSEEN, VIEW),
    "report": lambda: markdown.report(rich_report(), UNSEEN),
    "drift": lambda: markdown.drift(UNSEEN, VIEW),
    "status": lambda: markdown.status(UNSEEN, VIEW),
}
HOSTILE = (
    "</details><script>alert(1)</script>",
    "a | b | c",
    "back`tick`s and ``more``",
    "@team",
    "#123",
    "GH-123",
    "line\nbreak\r\n\n# heading",
    "\x1b[2J\x00\x07",
    "\u202eevil\u2066",
    "![img](http://evil.example/x.png)",
    "[link](javascript:alert(1))",
    "http://evil.example",
    "www.evil.example",
    "team@evil.example",
    "**bold** _it_ ~~no~~",
    "\\",
    "\\|",
    "a\\`b",
    "<!--",
    "&lt;b&gt;",
    "$`x`$",
    ":tada:",
    "- [ ] item",
    "\ud800",
    " ",
    "`",
    "``` \n```",
)
OWN_HTML = re.compile(r"<details><summary>[\w ,;%]*</summary>\n|</details>\n?")


def _hostile_plan(name: str) -> Plan:
    """The same text wherever text from outside can stand."""
    row = replace(
        pause(name, reason=name, before=name, after=name, note=name),
        advice=name,
        origin=Origin(name, 1),
    )
    document = replace(ORDERS, name=name)
    rows = (
        row,
        start(name),
        replace(finding(document.of(name), Verdict.BLOCKED, name), advice=name, failed=True),
        finding(document, Verdict.UNOBSERVED, name),
        replace(in_sync(document.of("calm"), name), note=name),
        finding(document.of("wait"), Verdict.DEFERRED, name),
    )
    step = mirror_step("s1", Pause("lkc-1", name, (name,)), Risk.DISRUPTIVE)
    call = replace(step.call, path=name, connection=name, query=((name, name),))
    return plan_of(
        *rows,
        steps=(replace(step, call=call),),
        warnings=(name,),
        incomplete=(name,),
        approval=name,
        left_behind=(
            left(name, address=replace(LINK, name=name, topic=name), actor=Actor(name, name, name)),
        ),
    )


def _hostile_pages(name: str) -> list[str]:
    plan = _hostile_plan(name)
    view = View(paths=(name,), verbose=True)
    report = report_of(
        ItemOutcome(
            replace(ORDERS, name=name, topic=name), Action.START, Result.UNKNOWN, name, "s1", name
        ),
        calls=(CallOutcome("s1", name, name, Reply.FAILED, 500, name, name),),
        warnings=(name,),
    )
    return [
        markdown.plan(plan, view),
        markdown.report(report, plan),
        markdown.drift(plan, VIEW),
        markdown.status(plan, view),
    ]


def _tokens(page: str) -> list[Token]:
    blocks = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    return [leaf for block in blocks for leaf in (block, *(block.children or []))]


def _widths(page: str) -> set[tuple[int, ...]]:
    """For every table the number of cells of its rows, each number once."""
    widths: set[tuple[int, ...]] = set()
    rows: list[int] = []
    for token in _tokens(page):
        match token.type:
            case "table_open":
                rows = []
            case "tr_open":
                rows.append(0)
            case "th_open" | "td_open":
                rows[-1] += 1
            case "table_close":
                widths.add(tuple(sorted(set(rows))))
            case _:
                pass
    return widths


def _pipes(page: str) -> set[int]:
    """How many pipes the lines of tables have: none can be added by a name."""
    return {line.count("|") for line in page.splitlines() if line.startswith("|")}


def _harmless(page: str) -> None:
    """Nothing but our own tables, code spans and folds; every sign prints."""
    tokens = _tokens(page)
    html = [token.content for token in tokens if token.type.startswith("html_")]
    prose = [token.content for token in tokens if token.type == "text"]

    assert [item for item in html if not OWN_HTML.fullmatch(item)] == []
    assert {"link_open", "image", "s_open", "em_open", "fence"} & {t.type for t in tokens} == set()
    assert [part for part in prose if re.search(r"[@<>`\[\]|\\*_~$&#]|www\.|://|GH-\d", part)] == []
    assert all(sign.isprintable() for sign in page.replace("\n", ""))
    assert _widths(page) <= {(3,), (5,), (6,)}
    assert _pipes(page) <= {4, 6, 7}


@pytest.mark.parametrize("name", PAGES)
def test_the_whole_page_is_as_agreed(name: str) -> None:
    assert PAGES[name]() == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_an_ordinary_page_is_harmless(name: str) -> None:
    _harmless(PAGES[name]())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_harmless(name: str) -> None:
    for page in _hostile_pages(name):
        _harmless(page)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40) | st.sampled_from(HOSTILE).map(lambda name: name * 2))
def test_any_name_is_harmless(name: str) -> None:
    for page in _hostile_pages(name):
        _harmless(page)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_name_keeps_to_its_line_on_a_terminal(name: str) -> None:
    plan = _hostile_plan(name)
    shown = text.plain(text.plan(plan, View(paths=(name,), ascii=True)))

    assert all(sign.isprintable() and sign.isascii() for sign in shown.replace("\n", ""))
    assert shown.startswith("INCOMPLETE, what could not be observed")


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1_000, 12_000),
    st.lists(st.text(min_size=1, max_size=200), max_size=30, unique=True),
)
def test_every_page_keeps_to_its_budget(budget: int, names: list[str]) -> None:
    rows = [pause(name, reason=f"{name} {number}") for number, name in enumerate(names)]
    behind = tuple(left(name, actor=Actor(name)) for name in names)
    plan = plan_of(*rows, warnings=tuple(names), incomplete=tuple(names), left_behind=behind)
    items = (ItemOutcome(LINK.of(name), Action.PAUSE, Result.FAILED, name, "s1") for name in names)
    pages = [
        markdown.plan(plan, VIEW, budget),
        markdown.report(report_of(*items), plan, budget),
        markdown.drift(plan, VIEW, budget),
        markdown.status(plan, VIEW, budget),
    ]

    assert [page for page in pages if len(page.encode()) > budget] == []


def test_what_does_not_fit_is_counted_in_a_note() -> None:
    rows = [pause(f"t{number:04}", reason=f"reason {number}") for number in range(1_000)]
    steps = tuple(start_step(f"s{number}", "a") for number in range(100))

    page = markdown.plan(plan_of(*rows, steps=steps), VIEW, 20_000)

    shown = page.count("| **pause**")
    assert 50 < shown < 1_000
    assert page.splitlines()[-1] == (
        f"_Left out for want of room: {1_000 - shown} changes, 100 calls, 1 line."
        " Text and JSON show everything._"
    )


def test_what_fits_exactly_is_whole() -> None:
    """One byte less and a row is gone: the figures of the budget are exact."""
    plan = plan_of(*(pause(f"t{n}", reason=f"reason {n}") for n in range(20)))
    whole = markdown.plan(plan, VIEW)
    budget = len(whole.encode()) + 400

    assert markdown.plan(plan, VIEW, budget) == whole
    assert "_Left out for want of room: 1 line." in markdown.plan(plan, VIEW, budget - 1)


def test_a_page_in_an_ordinary_budget_is_not_cut() -> None:
    rows = [pause(f"t{number:04}") for number in range(5_000)]

    page = markdown.plan(plan_of(*rows), VIEW)

    assert "`t0009` and 4990 more" in page
    assert "Left out" not in page


def test_a_command_that_is_too_long_to_copy_is_not_shown() -> None:
    plan = plan_of(start("a"), steps=(start_step("s1", "a"),))

    assert "To carry it out: `reconciler apply specs/`\n" in markdown.plan(plan, VIEW)
    assert "To carry it out" not in markdown.plan(plan, View(paths=("x" * 2_000,)))


def test_a_stop_names_every_topic_it_ends() -> None:
    page = markdown.plan(plan_of(start("a"), steps=(stop_step("s1"),)), VIEW)

    assert "; ends `audit.0`, `audit.1` |\n" in page


def test_an_empty_plan_reads_well() -> None:
    assert markdown.plan(plan_of(), VIEW) == (
        "**Nothing to do: no declared topic was found; `reconciler dump` writes specs for what "
        "exists.**\n"
        "\n"
        "6 requests to observe: 2 to confluent-west, 4 to streamkap-prod.\n"
    )


def test_what_is_allowed_needs_no_word() -> None:
    plan = plan_of(pause("a"))

    assert "| **pause**, disruptive |" in markdown.plan(plan, View(allow_disruptive=True))


def test_no_levels_are_said_in_words() -> None:
    page = markdown.plan(plan_of(start("a", before="", after="", note="")), VIEW)

    assert "| `nothing seen` → `as declared` | it never ran (pending: the spec moved) |" in page


def test_status_lists_what_is_in_sync_only_on_demand() -> None:
    plan = plan_of(in_sync(LINK.of("calm"), "ACTIVE"), finding(ORDERS, Verdict.BLOCKED, "no"))

    folded, whole = markdown.status(plan, VIEW), markdown.status(plan, View(verbose=True))

    assert ("calm" in folded, "calm" in whole) == (False, True)
    assert "| **blocked** | `Source/orders-postgres`, the whole document |" in folded
