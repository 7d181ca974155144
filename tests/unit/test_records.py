"""What a record promises, whatever makes it."""

import pytest

from reconciler.records import Struct, replace


class Point(Struct, frozen=True, order=True):
    """A noun with a default."""

    x: int
    y: int = 0


def test_a_change_makes_another_record():
    point = Point(1, 2)

    assert replace(point, y=3) == Point(1, 3)
    assert point == Point(1, 2)


def test_a_change_of_what_is_not_there_is_an_error():
    with pytest.raises(TypeError, match="z"):
        replace(Point(1), z=3)  # type: ignore[call-arg]


def test_a_record_is_frozen():
    with pytest.raises(AttributeError, match="immutable"):
        Point(1).x = 2  # type: ignore[misc]


def test_a_record_has_no_room_for_more():
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]


def test_equal_records_are_one_key():
    assert {Point(1): "a", Point(1, 0): "b"} == {Point(1): "b"}


def test_records_of_two_classes_differ():
    class Other(Struct, frozen=True):
        x: int
        y: int = 0

    assert Point(1) != Other(1)


def test_records_are_sorted_field_by_field():
    assert sorted([Point(2), Point(1, 5), Point(1)]) == [Point(1), Point(1, 5), Point(2)]


def test_a_record_is_matched_by_place():
    match Point(1, 2):
        case Point(x, y):
            found = (x, y)

    assert found == (1, 2)
