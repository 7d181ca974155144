"""One of several environments that the same specs are for."""

from reconciler.model.address import Address
from reconciler.records import Struct


class Environment(Struct, frozen=True):
    """What made the documents of one command what they are, besides the specs.

    Attributes:
        name: Such as `prod`.
        file: Its values file, as messages show it.
        shaped: Documents that hold a value of it or were overlaid by it, sorted.
    """

    name: str
    file: str
    shaped: tuple[Address, ...] = ()
