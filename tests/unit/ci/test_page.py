import pytest

from reconciler.ci.comments import GITHUB_LIMIT
from reconciler.ci.marker import Marker, Told
from reconciler.ci.page import Links, body_of, cut, quiet

MARKER = Marker(Told.PLAN, "prod", "0123456789abcdef", "7")


def test_a_comment_has_a_hidden_line_a_heading_the_page_and_where_the_rest_is() -> None:
    links = Links("https://example.net/runs/7", "https://example.net/artifacts/1")

    body = body_of(MARKER, "**Plan: 1 mirror to pause.**\n", links, GITHUB_LIMIT)

    assert body == (
        f"{MARKER}\n"
        "### Plan of `prod`\n"
        "\n"
        "**Plan: 1 mirror to pause.**\n"
        "\n"
        "<sub>Commit `0123456789` · [run](https://example.net/runs/7)"
        " · [plan file](https://example.net/artifacts/1)</sub>\n"
    )


def test_what_is_no_link_is_left_out() -> None:
    body = body_of(MARKER, "text", Links("", "javascript:alert(1)"), GITHUB_LIMIT)

    assert body.endswith("<sub>Commit `0123456789`</sub>\n")


@pytest.mark.parametrize("sign", ["a", "é", "😀"])
def test_a_long_page_is_cut_at_the_end_of_a_row_and_says_so(sign: str) -> None:
    row = f"| {sign * 50} |\n"
    text = f"**Plan**\n\n<details><summary>calls</summary>\n\n{row * 3000}\n</details>\n"

    body = body_of(MARKER, text, Links("https://example.net/runs/7"), GITHUB_LIMIT)

    size = len(body.encode("utf-16-le")) // 2
    assert GITHUB_LIMIT - 500 < size <= GITHUB_LIMIT
    shown, _, rest = body.partition("\n</details>\n")
    assert shown.endswith(row)
    assert rest.startswith("\n_Cut here for want of room._\n")
    assert "[run](https://example.net/runs/7)" in rest


def test_a_page_that_fits_is_left_alone() -> None:
    assert cut("a\nb\n", 4) == "a\nb\n"


def test_what_was_closed_before_the_cut_is_not_closed_again() -> None:
    text = "<details>\n</details>\n" + "row\n" * 100

    assert cut(text, 100).count("</details>") == 1


def test_each_kind_has_its_own_words_for_nothing() -> None:
    words = {quiet(Marker(told, "prod")) for told in Told}

    assert len(words) == len(Told)
