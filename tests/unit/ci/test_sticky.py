from collections.abc import Iterator

import pytest

from reconciler.ci.comments import Comment, GitHub, GitLab, Host
from reconciler.ci.marker import Marker, Told
from reconciler.ci.platform import Api, PlatformFailed, PlatformPassed, PlatformRefused, fetched
from reconciler.ci.sticky import PAUSES, Done, Wanted, found, put
from tests.support.platform import BOT, Platform, serving

MARKER = Marker(Told.PLAN, "prod", "0a1b", "1", "sha256:0f")


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as platform:
        yield platform


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest, platform: Platform) -> Iterator[Host]:
    with Api(platform.url, {"Authorization": "Bearer t"}) as api:
        yield GitHub(api, "team/specs") if request.param == "github" else GitLab(api, "12")


def wanted(text: str, *, is_quiet: bool = False, marker: Marker = MARKER) -> Wanted:
    return Wanted(5, BOT, marker, f"{marker}\n{text}\n", is_quiet)


def never(seconds: float) -> None:
    raise AssertionError(seconds)


def test_the_first_page_makes_a_comment(host: Host, platform: Platform) -> None:
    done = put(host, wanted("one"), never)

    assert (done, platform.bodies) == (Done.CREATED, [f"{MARKER}\none\n"])


def test_the_next_page_takes_its_place(host: Host, platform: Platform) -> None:
    put(host, wanted("one"), never)
    platform.comments[2] = ("somebody", "Looks good")

    done = put(host, wanted("two"), never)

    assert (done, platform.bodies) == (Done.UPDATED, [f"{MARKER}\ntwo\n", "Looks good"])


def test_the_same_page_is_not_written_again(host: Host, platform: Platform) -> None:
    platform.comments[1] = (BOT, f"{MARKER}\r\none")

    done = put(host, wanted("one"), never)

    assert (done, platform.writes) == (Done.UNCHANGED, [])


def test_nothing_to_tell_makes_no_comment(host: Host, platform: Platform) -> None:
    done = put(host, wanted("nothing", is_quiet=True), never)

    assert (done, platform.comments) == (Done.NOT_NEEDED, {})


def test_nothing_to_tell_any_more_is_told_where_something_was(
    host: Host, platform: Platform
) -> None:
    put(host, wanted("one"), never)

    done = put(host, wanted("nothing", is_quiet=True), never)

    assert (done, platform.bodies) == (Done.UPDATED, [f"{MARKER}\nnothing\n"])


def test_a_comment_on_a_later_page_of_the_list_is_found(host: Host, platform: Platform) -> None:
    platform.comments = {n: ("somebody", f"comment {n}") for n in range(1, 251)}
    platform.comments[251] = (BOT, f"{MARKER}\none\n")

    done = put(host, wanted("two"), never)

    assert (done, len(platform.comments)) == (Done.UPDATED, 251)
    assert [line.partition("?")[2].count("page=3") for line in platform.asked] == [0, 0, 1, 0]


def test_every_environment_and_kind_has_its_own(host: Host, platform: Platform) -> None:
    markers = [MARKER, Marker(Told.PLAN, "test"), Marker(Told.APPLY, "prod")]

    done = [put(host, wanted("one", marker=marker), never) for marker in markers]

    assert (done, len(platform.comments)) == ([Done.CREATED] * 3, 3)


def test_what_somebody_else_wrote_is_not_ours_whatever_it_says(
    host: Host, platform: Platform
) -> None:
    """Anybody can write our first line; an approval in it would be theirs."""
    platform.comments[1] = ("mallory", f"{MARKER}\nforged\n")

    assert found(host, 5, BOT, MARKER) is None
    assert put(host, wanted("one"), never) is Done.CREATED
    assert platform.comments[1] == ("mallory", f"{MARKER}\nforged\n")


def test_a_server_in_trouble_is_asked_again(host: Host, platform: Platform) -> None:
    platform.failures = [(502, {}), (429, {"Retry-After": "7"}), (403, {"Retry-After": "900"})]
    waited: list[float] = []

    done = put(host, wanted("one"), waited.append)

    assert (done, waited) == (Done.CREATED, [PAUSES[0], 7.0, 60.0])


def test_a_lost_answer_makes_no_second_comment(host: Host, platform: Platform) -> None:
    platform.loses_an_answer = True

    done = put(host, wanted("one"), lambda _: None)

    assert (done, platform.bodies) == (Done.UNCHANGED, [f"{MARKER}\none\n"])


def test_patience_ends(host: Host, platform: Platform) -> None:
    platform.failures = [(503, {})] * 9

    with pytest.raises(PlatformPassed, match="HTTP 503: not now"):
        put(host, wanted("one"), lambda _: None)
    assert len(platform.asked) == len(PAUSES) + 1


def test_a_token_that_may_not_write_is_told_from_a_server_in_trouble(
    host: Host, platform: Platform
) -> None:
    platform.refuses_writes = True

    with pytest.raises(PlatformRefused, match="not accessible by integration"):
        put(host, wanted("one"), never)


def test_what_is_wrong_for_good_is_not_asked_again(host: Host, platform: Platform) -> None:
    platform.failures = [(422, {})]

    with pytest.raises(PlatformFailed, match="HTTP 422"):
        put(host, wanted("one"), never)


def test_who_is_not_there_is_no_answer() -> None:
    with (
        Api("http://127.0.0.1:9", {"Authorization": "Bearer secret-token"}) as api,
        pytest.raises(PlatformPassed, match=r"^GET /user: no answer \(ConnectError\)$"),
    ):
        api.ask("GET", "/user")


def test_a_list_without_an_end_is_left(platform: Platform) -> None:
    platform.comments = dict.fromkeys(range(10_200), ("somebody", "x"))

    with Api(platform.url, {}) as api, pytest.raises(PlatformFailed, match="does not end"):
        list(GitLab(api, "12").comments(5))


def test_what_is_no_comment_is_passed_over(platform: Platform) -> None:
    platform.comments = {1: (BOT, "text")}

    with Api(platform.url, {}) as api:
        assert list(GitHub(api, "a/b").comments(5)) == [Comment(1, BOT, "text")]


def test_a_redirect_without_tls_is_not_followed() -> None:
    with pytest.raises(PlatformFailed, match="without TLS"):
        fetched("http://127.0.0.1/store")


def test_a_store_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(PlatformPassed, match=r"^no answer \(ConnectError\)$"):
        fetched("https://127.0.0.1:9/store?signature=secret")
