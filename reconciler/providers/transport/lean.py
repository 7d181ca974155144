"""httpx without its command line.

Where rich and click are installed, `import httpx` imports them too, for a command of its own that
nobody calls here. That takes longer than httpx itself, and every command would wait for it. httpx
copes with the absence of its command, so it is hidden while httpx is imported.
"""

import sys
from types import ModuleType
from typing import cast

_COMMAND = "httpx._main"
_IS_FIRST = "httpx" not in sys.modules

if _IS_FIRST:
    sys.modules[_COMMAND] = cast("ModuleType", None)  # None is how Python marks what is not there
try:
    import httpx
finally:
    if _IS_FIRST:
        del sys.modules[_COMMAND]

__all__ = ["httpx"]
