import pytest

from reconciler.providers.advice import REFUSED, UNREADABLE, advice_for, with_advice


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (200, UNREADABLE),
        (302, "check endpoint, which leads elsewhere"),
        (400, "check what the specs name; if it is right, ask the vendor"),
        (401, REFUSED),
        (403, "check what the credential may do"),
        (404, "check endpoint, basePath and the ids in the specs"),
        (408, "try again later; if it lasts, ask the vendor"),
        (422, "check what the specs name; if it is right, ask the vendor"),
        (429, "try again later, or lower limits.requestsPerSecond"),
        (503, "try again later; if it lasts, ask the vendor"),
        (599, "try again later; if it lasts, ask the vendor"),
    ],
)
def test_every_status_has_something_to_do(status: int, advice: str) -> None:
    assert advice_for(status) == advice


@pytest.mark.parametrize(
    ("advice", "told"), [("look", "it broke; look"), ("", "it broke")], ids=["some", "none"]
)
def test_what_to_do_stands_behind_what_is_known(advice: str, told: str) -> None:
    assert with_advice("it broke", advice) == told
