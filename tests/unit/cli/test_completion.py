"""What a shell is offered when somebody presses TAB."""

import pytest

from reconciler.cli.completing import offered
from reconciler.cli.completion import SHELLS
from reconciler.cli.main import COMMANDS
from reconciler.spec.addresses import ENOUGH, addresses
from tests.e2e.person import Person, Ran
from tests.unit.cli.conftest import Command

ORDERS = "Source/orders-postgres"
TAB = "_RECONCILER_COMPLETE"


@pytest.fixture
def tab(command: Command, monkeypatch: pytest.MonkeyPatch):
    """Press TAB behind some words, the last of which may be unfinished."""

    def press(*words: str) -> list[str]:
        monkeypatch.setenv(TAB, "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["reconciler", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        ran = command()
        assert (ran.code, ran.err) == (0, "") or ran == Ran(1, "", "")
        return [row.partition(",")[2] for row in ran.out.splitlines() if row]

    return press


def test_commands_are_offered_without_importing_them(tab) -> None:
    assert tab("") == list(COMMANDS)
    assert tab("st") == ["status"]
    assert tab("--ver") == ["--version"]


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--select"),
        ("apply", "--retry"),
        ("drift", "--select"),
        ("wait",),
        ("explain",),
        ("history",),
        ("ledger", "show"),
        ("ledger", "resolve"),
        ("ledger", "mark"),
        ("ledger", "forget"),
    ],
    ids=" ".join,
)
def test_an_address_is_completed_wherever_one_is_taken(tab, words: tuple[str, ...]) -> None:
    assert tab(*words, "Source/ord") == [ORDERS, f"{ORDERS}/public.orders"]
    assert tab(*words, "ClusterLink/e") == ["ClusterLink/east-to-west"]


def test_options_are_offered(tab) -> None:
    assert tab("plan", "--for") == ["--format"]
    assert tab("completion", "z") == ["zsh"]


def test_environments_are_completed_from_their_values_files(tab, home: Person) -> None:
    for name in ("values/prod.yaml", "values/pre.yaml", "values/note.txt", "more/preview.yaml"):
        home.write(name, "values: {}\n")

    assert tab("plan", "--env", "p") == ["pre", "prod"]
    assert tab("plan", "specs", "--env", "pro") == ["prod"]
    assert tab("plan", "--values", "more", "--env", "") == ["preview"]
    assert tab("show", "--env", "x") == []


def test_labels_are_completed_from_the_documents_that_have_them(tab, home: Person) -> None:
    home.write(
        "labelled/a.yaml",
        "kind: Source\nmetadata: {name: a, labels: {team: payments, tier: gold, odd: [1], '': x}}\n"
        "---\nkind: ClusterLink\nmetadata: {name: b, labels: {team: orders}}\n"
        "---\nkind: Policy\nmetadata: {name: c, labels: {team: nobody}}\n"
        "---\nkind: Source\nmetadata: {name: d, labels: 7}\n",
    )

    assert tab("plan", "labelled", "--label", "te") == ["team=orders", "team=payments"]
    assert tab("status", "labelled", "--label", "ti") == ["tier=gold"]
    assert tab("plan", "--label", "team=c") == ["team=crm"]
    assert tab("plan", "--label", "x") == []


def test_documents_come_before_topics(home: Person) -> None:
    known = addresses(["specs"])
    documents = ["Source/customers-mysql", "Source/inventory-postgres", ORDERS]

    assert offered(known, "Source/") == documents
    assert offered(known, f"{ORDERS}/pub") == [f"{ORDERS}/public.orders"]
    assert offered(known, "Nothing") == []
    assert home


def test_specs_named_before_the_word_are_read(tab, home: Person) -> None:
    home.write("elsewhere/a.yaml", "kind: Source\nmetadata: {name: other}\n")

    assert tab("plan", "elsewhere", "--select", "") == ["Source/other"]
    assert tab("plan", "--select", "x", "nowhere", "--select", "Source/i") == [
        "Source/inventory-postgres"
    ]
    assert tab("explain", "Source/i") == ["Source/inventory-postgres"]


def test_specs_with_errors_are_passed_over_in_silence(tab, home: Person) -> None:
    home.write(
        "specs/odd.yaml",
        "kind: Source\nmetadata: {name: half}\nspec: {snapshots: [{topics: [a, 'b*', {}]}, 7]}\n"
        "---\n}: broken {\n---\nkind: [Source]\n---\nplain\n---\nkind: Source\nmetadata: 7\n",
    )
    (home.folder / "specs/binary.yaml").write_bytes(b"\0\xff")

    assert tab("explain", "Source/h") == ["Source/half", "Source/half/a"]
    assert tab("nonsense", "x") == []
    assert tab("plan", "--nonsense", "--sel") == ["--select"]


@pytest.mark.parametrize(
    "topic",
    ["a$(reboot)", "a`reboot`", "a;reboot", "a|b", "a&b", "a b", "a\\nb", "a>b", "a'b", "é"],
)
def test_what_a_shell_would_run_is_not_offered(tab, home: Person, topic: str) -> None:
    text = f'kind: Source\nmetadata: {{name: other, labels: {{z1: "{topic}", z2: b}}}}\n'
    home.write("specs/odd.yaml", f'{text}spec: {{snapshots: [{{topics: [ab-1, "{topic}"]}}]}}\n')

    assert tab("explain", "Source/other/a") == ["Source/other/ab-1"]
    assert tab("plan", "--label", "z") == ["z2=b"]


def test_a_person_does_not_wait_for_all_of_a_great_many_specs(home: Person) -> None:
    home.write("specs/a.yaml", "#" * ENOUGH + "\nkind: Source\nmetadata: {name: far}\n")

    assert addresses(["specs"]) == ()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_says_how_to_install_it(shell: str, command: Command) -> None:
    ran = command("completion", shell)

    assert (ran.code, ran.err) == (0, "")
    assert all(f"# {row}\n" in ran.out for row in SHELLS[shell])
    assert f"{TAB}={shell}_complete" in ran.out
    assert ran.out.startswith("#compdef reconciler\n" if shell == "zsh" else "# Keep it with")


def test_another_shell_is_refused(command: Command) -> None:
    ran = command("completion", "tcsh")

    assert (ran.code, ran.out) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in ran.err
