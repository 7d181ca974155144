import pytest

from reconciler.ci.stamp import check_stamp, stamp_of, write_stamp
from reconciler.errors import UsageError

STAMP = stamp_of(b"{}", "0a1b", "prod")


def test_the_plan_that_was_stamped_is_taken() -> None:
    check_stamp(write_stamp(STAMP), stamp_of(b"{}", "0a1b", "prod"))


@pytest.mark.parametrize(
    ("text", "plan", "commit", "environment", "said"),
    [
        (write_stamp(STAMP), b"{}", "ffff", "prod", "is of commit '0a1b', not of 'ffff'"),
        (write_stamp(STAMP), b"{}", "0a1b", "test", "is of environment 'prod', not of 'test'"),
        (write_stamp(STAMP), b"{ }", "0a1b", "prod", "not the one that its stamp was made for"),
        ("[]", b"{}", "0a1b", "prod", "is of commit ''"),
        ("no JSON", b"{}", "0a1b", "prod", "cannot be read"),
    ],
)
def test_another_one_is_refused(
    text: str, plan: bytes, commit: str, environment: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        check_stamp(text, stamp_of(plan, commit, environment))
