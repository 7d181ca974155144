import json

from reconciler.ci.annotations import github_commands, gitlab_report
from reconciler.errors import Diagnostic

ERROR = Diagnostic("specs/a.yaml", 4, 7, "Source/a", "spec.lag", "is too long", "write 60s")


def test_an_error_is_annotated_at_its_line() -> None:
    assert github_commands([ERROR], ["since is far away"]) == (
        "::error file=specs/a.yaml,line=4,col=7,title=Source/a"
        "::spec.lag: is too long; write 60s\n"
        "::warning::since is far away\n"
    )


def test_an_error_of_a_whole_file_has_no_line() -> None:
    error = Diagnostic("specs/a.yaml", 0, 0, message="cannot be read")

    assert github_commands([error]) == "::error file=specs/a.yaml::cannot be read\n"


def test_no_name_ends_a_command_or_begins_another() -> None:
    error = Diagnostic("a,b:c%.yaml", 1, 1, "", "", "one\n::set-output name=x::1\r100%")

    assert github_commands([error]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1::one%0A::set-output name=x::1%0D100%25\n"
    )


def test_gitlab_gets_a_report() -> None:
    (row,) = json.loads(gitlab_report([ERROR]))

    assert row.pop("fingerprint").isalnum()
    assert row == {
        "description": "Source/a: spec.lag: is too long; write 60s",
        "check_name": "reconciler validate",
        "severity": "blocker",
        "location": {"path": "specs/a.yaml", "lines": {"begin": 4}},
    }


def test_a_fingerprint_outlives_a_line_that_moved() -> None:
    moved = Diagnostic("specs/a.yaml", 9, 7, "Source/a", "spec.lag", "is too long", "write 60s")
    other = Diagnostic("specs/b.yaml", 0, 0, message="is too long")

    prints = [row["fingerprint"] for row in json.loads(gitlab_report([ERROR, moved, other]))]

    assert prints[0] == prints[1] != prints[2]


def test_a_report_of_a_whole_file_points_to_its_first_line() -> None:
    (row,) = json.loads(gitlab_report([Diagnostic("specs/a.yaml", 0, 0, message="cannot be read")]))

    assert (row["description"], row["location"]["lines"]) == ("cannot be read", {"begin": 1})
