from collections.abc import Iterator

import pytest

from reconciler.ci.comments import GitHub, GitLab, Host, Request
from reconciler.ci.marker import Marker, Told
from reconciler.ci.platform import Api, PlatformPassed
from reconciler.ci.reviewed import Reviewed, reviewed
from reconciler.errors import UsageError
from tests.support.platform import BOT, Platform, serving

ASKED = Marker(Told.PLAN, "prod")
THERE = Marker(Told.PLAN, "prod", "bbbb", "17", "sha256:0f")


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform(comments={1: (BOT, f"{THERE}\n…")})) as platform:
        yield platform


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest, platform: Platform) -> Iterator[Host]:
    platform.merged = [merged(request.param, 5, "bbbb", "cccc")]
    with Api(platform.url, {}) as api:
        yield GitHub(api, "team/specs") if request.param == "github" else GitLab(api, "12")


def merged(platform: str, number: int, head: str, merge: str) -> dict[str, object]:
    common: dict[str, object] = {"merged_at": "2026-11-22T00:00:00Z", "merge_commit_sha": merge}
    if platform == "github":
        return common | {"number": number, "head": {"sha": head}}
    return common | {"iid": number, "sha": head}


def look(host: Host, commit: str = "cccc") -> Reviewed:
    return reviewed(host, commit, ASKED, BOT, lambda _: None)


def test_what_was_reviewed_is_found_by_the_merge(host: Host) -> None:
    assert look(host) == Reviewed(Request(5, "bbbb"), THERE)


def test_a_merge_by_rebase_is_found_where_only_one_request_has_the_commit(host: Host) -> None:
    assert look(host, "dddd").request == Request(5, "bbbb")


def test_of_several_requests_with_a_commit_the_one_that_was_merged_so_counts(
    host: Host, platform: Platform
) -> None:
    kind = "github" if isinstance(host, GitHub) else "gitlab"
    platform.merged = [merged(kind, 4, "aaaa", "eeee"), *platform.merged]

    assert look(host).request == Request(5, "bbbb")
    assert look(host, "dddd").why == "no merged pull request brought commit dddd"


def test_a_request_that_is_still_open_was_not_merged(host: Host, platform: Platform) -> None:
    platform.merged[0]["merged_at"] = None

    assert look(host).request is None


def test_a_request_without_a_plan_of_ours_has_nothing_to_carry_out(
    host: Host, platform: Platform
) -> None:
    platform.comments = {1: ("mallory", f"{THERE}\n…")}

    assert look(host).why == "pull request 5 has no plan of ours"


def test_a_plan_that_does_nothing_has_nothing_to_carry_out(host: Host, platform: Platform) -> None:
    platform.comments = {1: (BOT, str(Marker(Told.PLAN, "prod", "bbbb", "17")))}

    assert look(host).why == "the plan of pull request 5 does nothing"


def test_a_plan_of_another_commit_is_refused(host: Host, platform: Platform) -> None:
    """Somebody pushed after the plan, and the plan of that push was never made."""
    platform.comments = {1: (BOT, str(Marker(Told.PLAN, "prod", "aaaa", "17", "sha256:0f")))}

    with pytest.raises(UsageError, match="of commit aaaa, but bbbb was merged"):
        look(host)


def test_a_server_in_trouble_is_asked_again(host: Host, platform: Platform) -> None:
    platform.failures = [(500, {}), (503, {"Retry-After": "2"})]

    assert look(host).marker == THERE


def test_patience_ends(host: Host, platform: Platform) -> None:
    platform.failures = [(503, {})] * 9

    with pytest.raises(PlatformPassed):
        look(host)
