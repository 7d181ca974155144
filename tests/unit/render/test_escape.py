"""The three rules that make names harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.escape import code, printable, prose, short
from reconciler.render.lines import Line, Style, Styled, ansi, asciified, line, plain, wrapped


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("public.orders", "public.orders"),
        ("漢字 → ü", "漢字 → ü"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31m\x00\x7f", "\\x1b[31m\\x00\\x7f"),
        ("\u202e\u200b\u2028", "\\u202e\\u200b\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_does_not_print_is_spelled(raw: str, expected: str) -> None:
    assert printable(raw) == expected


@given(st.text())
def test_printable_text_stays_as_it_is(raw: str) -> None:
    once = printable(raw)

    assert printable(once) == once


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("a b", "`a b`"),
        (" ", "`' '`"),
        ("a|b`c", "`a\\x7cb\\x60c`"),
        ("x\ny", "`x\\ny`"),
    ],
)
def test_a_name_is_a_code_span(raw: str, expected: str) -> None:
    assert code(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("the run failed: no key, didn't start (first-run).", None),
        ("it is 40 % done, 12.5% or 3,000 rows", None),
        ("ping @team now", "ping `@team` now"),
        ("see public.orders, again", "see `public.orders`, again"),
        ("did you mean public.orders?", "did you mean `public.orders`?"),
        ("did you mean `public.orders`?", None),
        ("a.b c.d, e.f (g.h i.j), k", "`a.b c.d`, `e.f` (`g.h i.j`), k"),
        ("a.b (c.d", "`a.b` (`c.d`"),
        ("a.b c.d", "`a.b c.d`"),
        ("it ends in dots: a.b...", "it ends in dots: `a.b`..."),
        ("topic a`b and c`d", "topic `a\\x60b` and `c\\x60d`"),
        ("x|y. Then", "`x\\x7cy`. Then"),
        ("[x](http://y.z)!", "`[x](http://y.z`)!"),
        ("at a.b c_d here", "at `a.b c_d` here"),
        ("raise `since`, or set `onCancel: restart`.", None),
        ("say `@x`@y", "say `\\x60@x\\x60@y`"),
        ("say `@x`, @y", "say `@x`, `@y`"),
        ("an odd ` sign", "an odd `\\x60` sign"),
        ("`` two", "`\\x60\\x60` two"),
        ("commit 1234567", "commit `1234567`"),
        ("GH-123 www.x.y", "`GH-123 www.x.y`"),
        ("Größe wächst", None),
    ],
)
def test_a_sentence_keeps_its_plain_words(raw: str, expected: str | None) -> None:
    assert prose(raw) == (raw if expected is None else expected)


@pytest.mark.parametrize(("limit", "expected"), [(4, "abcd"), (3, "ab…"), (1, "…")])
def test_a_long_text_is_cut_with_a_sign(limit: int, expected: str) -> None:
    assert short("abcd", limit) == expected


def test_lines_escape_on_both_ways_out() -> None:
    lines = [line("a\x1b", Styled("b\n", Style.BAD)), Line()]

    assert plain(lines) == "a\\x1bb\\n\n\n"
    assert ansi(lines) == "a\\x1b\x1b[31mb\\n\x1b[0m\n\n"


def test_spaces_at_the_end_are_not_printed() -> None:
    assert plain([line("a  ")]) == "a\n"


def test_ascii_has_a_sign_for_each_of_ours_and_spells_the_rest() -> None:
    lines = [line("→ … ‖ ▶ · – ✓ ✗ ü 漢")]

    assert plain(asciified(lines)) == "-> . | > - - = x \\xfc \\u6f22\n"


def test_wrapping_never_tears_a_word() -> None:
    assert wrapped(f"see {'x' * 30} now", 5) == ["see", "x" * 30, "now"]
