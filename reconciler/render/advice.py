"""What a person can do, with the commands spelled out so that they can be copied."""

import shlex

from reconciler.model.address import Address

_COMMANDS = {
    "`apply --retry`": "reconciler apply --retry",
    "`reconciler ledger resolve`": "reconciler ledger resolve",
    "`reconciler ledger mark`": "reconciler ledger mark",
}
"""What advice calls a command that wants an address, and how that command begins."""


def spelled_out(advice: str, address: Address) -> str:
    """Advice whose commands name what they are about.

    Args:
        advice: A sentence; commands in it stand between backquotes.
        address: What it is given for.
    """
    for short, command in _COMMANDS.items():
        if short in advice:
            advice = advice.replace(short, f"`{command} {shlex.quote(str(address))}`")
    return advice
