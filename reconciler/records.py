"""Records: what the nouns of every room are made of, and the one door to the library that makes them.

A `Struct` is what a frozen, slotted dataclass is, made in C: cheaper to define, which a process pays
for some two hundred classes before it does anything, and cheaper to make, to compare and to change
(docs/decisions/0018-records-in-c.md has the numbers, and which classes remain dataclasses).
"""

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import force_setattr

if TYPE_CHECKING:
    # The type checker knows which names and types a change may have for this one only, and takes a
    # `Struct` for a dataclass.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["Struct", "field", "force_setattr", "replace"]
