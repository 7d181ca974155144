import pytest

from reconciler.ci.marker import Marker, Told, environment_name, read_marker
from reconciler.errors import UsageError

MARKER = Marker(Told.PLAN, "prod-eu_1.a", "0a1b", "17", "sha256:00ff")


def test_a_marker_is_read_as_it_was_written() -> None:
    assert read_marker(f"{MARKER}\n### Plan") == MARKER


def test_a_marker_may_hold_little() -> None:
    little = Marker(Told.DRIFT, "prod")

    assert read_marker(str(little)) == little


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Looks good to me",
        pytest.param(f"> quoted\n{MARKER}", id="not the first line"),
        pytest.param(f" {MARKER}", id="blank before it"),
        pytest.param(f"{MARKER} and more", id="more behind it"),
        pytest.param(str(MARKER).replace("plan", "poem"), id="another kind"),
        pytest.param(str(MARKER).replace("sha256:00ff", "md5:00"), id="another digest"),
    ],
)
def test_anything_else_is_no_marker(body: str) -> None:
    assert read_marker(body) is None


@pytest.mark.parametrize(
    "text", ["", "a b", "a--b", "-a", "a-", "prod-->", "a\n", "ä", "a" * 101, "a/b"]
)
def test_a_name_that_could_end_the_hidden_line_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no name of an environment"):
        environment_name(text)
