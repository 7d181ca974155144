"""Specs against the bare parser: `validate` in one call, and YAML's C loader on the same text.

python -m benchmarks.reading 10000 5
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from reconciler import spec
from reconciler.cli.clock import SystemClock
from reconciler.sandbox.generate import Size, generate, specs


def timed(work: Callable[[], object]) -> float:
    """Seconds of some work, with the garbage of what came before collected."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(documents: int, turns: int) -> dict[str, object]:
    """Read documents, half of them sources and half of them links, as the sandbox writes them.

    Args:
        documents: How many; the two connections come on top.
        turns: How often.
    """
    size = Size(sources=documents // 2, topics=7, links=documents - documents // 2, mirrors=5)
    texts = specs(size, generate(size))
    now = SystemClock().now()
    with TemporaryDirectory() as folder:
        for name, text in texts.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

        def ours() -> object:
            return spec.load([folder], now=now)

        def floor() -> object:
            return [list(yaml.load_all(text, yaml.CSafeLoader)) for text in texts.values()]

        found = spec.load([folder], now=now)
        floor()
        pairs = [(timed(ours), timed(floor)) for _ in range(turns)]
    return {
        "ours": [one for one, _ in pairs],
        "floor": [other for _, other in pairs],
        "documents": len(found.sources) + len(found.links),
        "bytes": sum(len(text.encode()) for text in texts.values()),
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
