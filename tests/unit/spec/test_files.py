"""Which files are specs, and what cannot be read as one."""

import os
from pathlib import Path

import pytest

from reconciler.errors import Diagnostic, SpecInvalid, UsageError
from reconciler.spec import load
from reconciler.spec.files import MAX_BYTES
from tests.unit.spec.writing import CONNECTIONS, NOW, simple

GOOD = CONNECTIONS + simple()
BROKEN = "kind: Nope\n"


def problems(*paths: Path | str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecInvalid) as caught:
        load(paths, now=NOW)
    return caught.value.diagnostics


def about(
    path: Path | str, message: str, advice: str, *, line: int = 0, column: int = 0
) -> Diagnostic:
    return Diagnostic(str(path), line, column, message=message, advice=advice)


def test_a_directory_is_searched_for_yaml_and_yml(tmp_path: Path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.YML").write_text(CONNECTIONS.removesuffix("---\n"))
    (tmp_path / "b.yaml").write_text(simple())
    for name in (".hidden.yaml", "a.yaml.swp", "README.md", "yaml"):
        (tmp_path / name).write_text(BROKEN)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "c.yaml").write_text(BROKEN)

    desired = load([tmp_path], now=NOW)

    assert (desired.files, len(desired.connections), len(desired.sources)) == (2, 2, 1)


def test_a_named_file_is_read_whatever_its_name(tmp_path: Path):
    path = tmp_path / ".specs.txt"
    path.write_text(GOOD)

    assert load([str(path)], now=NOW).sources[0].origin.file == path.as_posix()


def test_a_file_reached_in_several_ways_is_read_once(tmp_path: Path):
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "again").symlink_to(tmp_path.parent / tmp_path.name / "real")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "c.yaml").symlink_to(tmp_path / "b.yaml")

    desired = load([tmp_path, tmp_path / "b.yaml", tmp_path / "real"], now=NOW)

    assert (desired.files, desired.sources[0].origin.file) == (1, f"{tmp_path}/a.yaml")


def test_a_mounted_config_map_is_read_once(tmp_path: Path):
    """Kubernetes mounts `..data` as a link to a hidden directory, and files as links into it."""
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "a.yaml").write_text(GOOD)
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")

    assert load([tmp_path], now=NOW).files == 1


def test_a_byte_order_mark_and_windows_lines_are_accepted(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load([path], now=NOW).sources[0].origin.line == 11


def test_a_missing_path_is_a_usage_error(tmp_path: Path):
    path = tmp_path / "nothing"

    with pytest.raises(UsageError) as caught:
        load([path], now=NOW)

    assert str(caught.value) == f"{path}: no such file or directory; name an existing path"


def test_a_path_that_cannot_be_one_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        load(["a\0b"], now=NOW)

    assert str(caught.value) == "a\ufffdb: not a path; name an existing path"


def test_no_path_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        load([], now=NOW)

    assert str(caught.value) == "no path to specs was given; name a file or a directory"


def test_an_empty_directory_is_an_error(tmp_path: Path):
    advice = "add files that end in .yaml or .yml, name another directory, or begin with `reconciler init`"

    assert problems(tmp_path) == (about(tmp_path, "the directory holds no specs", advice),)


BYTES = [
    pytest.param(b"kind: a\n\xc3\xa9: \xff\n", 2, 4, "the file is not UTF-8", id="latin"),
    pytest.param(b"\xef\xbb\xbf\xff", 1, 2, "the file is not UTF-8", id="after-the-mark"),
    pytest.param(
        "a".encode("utf-16"),
        1,
        4,
        "the file holds a NUL byte: it is binary, or not UTF-8",
        id="utf-16",
    ),
    pytest.param(
        b"\x7fELF\n\x00", 2, 1, "the file holds a NUL byte: it is binary, or not UTF-8", id="binary"
    ),
]


@pytest.mark.parametrize(("data", "line", "column", "message"), BYTES)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, line: int, column: int, message: str):
    path = tmp_path / "a.yaml"
    path.write_bytes(data)

    expected = about(path, message, "save the file as UTF-8", line=line, column=column)

    assert problems(path) == (expected,)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    message = "the file is larger than 16 MiB and was not read"

    assert problems(path) == (about(path, message, "split it into several"),)


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes(GOOD.encode() + b"#" * (MAX_BYTES - len(GOOD)))

    assert load([path], now=NOW).files == 1


def test_links_that_lead_nowhere_or_in_circles(tmp_path: Path):
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "gone.yaml").symlink_to("nothing")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to(tmp_path)

    assert problems(tmp_path) == (
        about(
            tmp_path / "circle.yaml",
            "the link leads nowhere: a loop of symbolic links",
            "repair or remove the link",
        ),
        about(
            tmp_path / "gone.yaml",
            "the link leads nowhere: no such file or directory",
            "repair or remove the link",
        ),
        about(
            tmp_path / "sub" / "up",
            "a symbolic link leads back to a directory above it",
            "remove the link",
        ),
    )


def test_a_pipe_in_a_directory_is_not_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "a.yaml")
    expected = about(tmp_path / "a.yaml", "this is not a regular file", "remove or rename it")

    assert problems(tmp_path) == (expected,)


def test_a_file_that_the_system_will_not_read(tmp_path: Path):
    """The tests may run as root, whom no permission stops; the memory of a process stops everybody."""
    (tmp_path / "a.yaml").symlink_to("/proc/self/mem")
    message = "the file cannot be read: input/output error"

    assert problems(tmp_path) == (about(tmp_path / "a.yaml", message, "check its permissions"),)


def test_a_directory_that_the_system_will_not_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    message = "the directory cannot be read: permission denied"

    assert problems(tmp_path) == (about(tmp_path, message, "check its permissions"),)


def test_a_path_is_shown_without_signs_that_cannot_be_printed(tmp_path: Path):
    (tmp_path / "a\n\udcff.yaml").write_text(BROKEN)

    shown = {problem.file for problem in problems(tmp_path)}

    assert shown == {f"{tmp_path}/a\ufffd\ufffd.yaml"}


def test_all_errors_of_all_files_come_at_once(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(
        "kind: [\n---\nkind: Nope\napiVersion: reconciler.dev/v1alpha1\n"
    )
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    (tmp_path / "c.yaml").write_text(simple(name="Bad"))

    assert [(Path(item.file).name, item.line, item.field) for item in problems(tmp_path)] == [
        ("a.yaml", 2, ""),
        ("a.yaml", 3, "kind"),
        ("b.yaml", 1, ""),
        ("c.yaml", 3, "metadata.name"),
    ]
