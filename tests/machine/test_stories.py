"""Some of the stories that `make soak` tells by the thousand: crashes, faults, drift, new wishes."""

import pytest

from tests.support.schedules import play


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_no_story_ends_with_a_start_made_twice_or_a_wish_forgotten(first: int):
    stories = [play(seed) for seed in range(first, first + 10)]

    assert [story for story in stories if story.doubled or story.lost] == []


def test_a_start_that_a_person_denied_and_that_came_after_all_is_no_attempt():
    """It came between two attempts, the first of which had failed."""
    story = play(13540)

    assert story.counts["starts that came after a person denied them"] == 2
    assert (story.doubled, story.lost) == ([], [])
