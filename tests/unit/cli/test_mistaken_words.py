"""Words on the command line that cannot be meant are told, with what may have been meant."""

from pathlib import Path

import pytest

from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command

ORDERS = "67ad6e0af08a2365c729ba79"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            ("plan", "nowhere"),
            "Error: nowhere: no such file or directory; name an existing path\n",
            id="no-such-path",
        ),
        pytest.param(
            ("status", "--label", "tier=gold"),
            "Error: the selection matches no document; labels are team=crm, team=orders, "
            "team=platform, team=warehouse\n",
            id="no-such-key-of-a-label",
        ),
        pytest.param(
            ("plan", "--select", "Source/nobody"),
            "Error: Source/nobody matches no document; there are ClusterLink/east-to-west, "
            "Source/customers-mysql, Source/inventory-postgres, Source/orders-postgres\n",
            id="no-such-document",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres", "--select", "source/order-postgres"),
            "Error: Source/order-postgres matches no document; did you mean "
            "Source/orders-postgres?\n",
            id="one-misspelt-beside-a-right-one",
        ),
        pytest.param(
            ("plan", "--select", "Source/customers-mysql", "--select", "Source/*/nothing"),
            "Error: --select Source/*/nothing matches no declared topic; `reconciler status` lists "
            "them\n",
            id="no-such-topic-beside-a-right-one",
        ),
        pytest.param(
            ("wait", "Source/orders-postgres/audit.*", "--for", "completed", *NOW),
            "Error: the spec does not ask for completed there: there is nothing to wait for\n",
            id="nobody-asks-for-an-end",
        ),
        pytest.param(
            ("status", "--label", "team=nobody"),
            "Error: the selection matches no document; labels are team=crm, team=orders, "
            "team=platform, team=warehouse\n",
            id="no-such-label",
        ),
        pytest.param(
            ("plan", "--select", f"source/orders-postgres/source_{ORDERS}.public.orders"),
            f"Error: --select Source/orders-postgres/source_{ORDERS}.public.orders matches no "
            "declared topic; did you mean Source/orders-postgres/public.orders?\n",
            id="a-topic-as-the-vendor-spells-it",
        ),
        pytest.param(
            ("plan", "--select", "ClusterLink/east-to-west/orders.creatd"),
            "Error: --select ClusterLink/east-to-west/orders.creatd matches no declared topic; "
            "did you mean ClusterLink/east-to-west/orders.created?\n",
            id="a-misspelt-mirror",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres/public.nonsense"),
            "Error: --select Source/orders-postgres/public.nonsense matches no declared topic; "
            "`reconciler status` lists them\n",
            id="a-topic-like-no-other",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres/public.scratch"),
            "Error: --select Source/orders-postgres/public.scratch matches no declared topic; it "
            "is there, but no rule names it: `reconciler explain "
            "Source/orders-postgres/public.scratch`\n",
            id="a-topic-that-no-rule-names",
        ),
        pytest.param(
            ("plan", ""),
            "Error: an empty path was given; name a file or a directory\n",
            id="an-empty-path",
        ),
        pytest.param(
            ("plan", "-"),
            "Error: `-` is no path; write /dev/stdin to read specs from a pipe\n",
            id="a-dash-for-a-pipe",
        ),
        pytest.param(
            ("schema", "plan", "--dialect", "draft-07"),
            "Error: the schema of plan is there in 2020-12 only; leave --dialect out\n",
            id="a-dialect-that-is-not-there",
        ),
        pytest.param(
            ("plan", "--select", "Source/customers-mysql/nothing"),
            "Error: --select Source/customers-mysql/nothing matches no declared topic; "
            "`reconciler status` lists them\n",
            id="no-such-topic",
        ),
        pytest.param(
            ("wait", "Source/orders-postgres", "--for", "paused"),
            "Error: only a ClusterLink can be paused\n",
            id="a-source-has-no-pause",
        ),
        pytest.param(
            ("wait", "ClusterLink/east-to-west", "--for", "completed"),
            "Error: only a Source can be completed\n",
            id="a-link-has-no-end",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(words: tuple[str, ...], told: str, command: Command) -> None:
    ran = command(*words)

    assert ran == Ran(2, "", told)


def test_only_a_handful_of_documents_is_named(home: Person, command: Command) -> None:
    for number in range(2):
        text = (home.folder / "specs/inventory.yaml").read_text(encoding="utf-8")
        text = text.replace("inventory-postgres", f"more-{number}").replace("stock", f"s{number}")
        home.write(f"specs/more-{number}.yaml", text)
    ran = command("plan", "--select", "Source/nobody")

    assert ran.err.endswith("Source/inventory-postgres, Source/more-0, Source/more-1 and 1 more\n")


def test_a_folder_without_specs_is_told_how_to_begin(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = command("plan")

    told = "there is no folder specs here; `reconciler init` makes one, or name the path of yours"
    assert ran == Ran(2, "", f"Error: {told}\n")


def test_a_label_where_no_document_has_any(home: Person, command: Command) -> None:
    for path in (home.folder / "specs").iterdir():
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(row for row in rows if "labels:" not in row), encoding="utf-8")
    ran = command("status", "--label", "team=crm")

    told = "the selection matches no document; none has a label"
    assert ran == Ran(2, "", f"Error: {told}\n")
