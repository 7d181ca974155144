"""What would be published: built, looked into, installed, and run far from the checkout.

make package
"""

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
NEEDED = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "docs/index.md",
    "docs/hooks.py",
    "properdocs.yml",
    "pyproject.toml",
    "reconciler/__main__.py",
    "reconciler/render/schemas/ledger.schema.json",
    "schemas/reconciler.schema.json",
    "specs/connections.yaml",
    "tests/packaged.py",
)
CARRIED = (
    "reconciler/__main__.py",
    "reconciler/cli/samples/connections.yaml",
    "reconciler/py.typed",
    "reconciler/render/schemas/plan.schema.json",
    "reconciler/templates/github.yml",
)
CHECKS = (
    ("--version",),
    ("init", "--sandbox"),
    ("validate",),
    ("plan",),
    ("schema", "ledger"),
    ("demo",),
)


def missing(names: set[str], needed: tuple[str, ...]) -> list[str]:
    """What is needed and not there."""
    return [name for name in needed if name not in names]


def run(*words: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that has to end well."""
    subprocess.run(words, cwd=cwd, check=True)


def main() -> None:
    """Build, look, install, run."""
    for old in DIST.glob("streaming_reconciler-*"):
        old.unlink()
    run(sys.executable, "-m", "build", "--outdir", DIST)
    (wheel,) = DIST.glob("*.whl")
    (source,) = DIST.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    lacking = missing(held, NEEDED) + missing(carried, CARRIED)
    if lacking:
        sys.exit(f"not packed: {', '.join(lacking)}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        run(home / "env/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=home)
        (home / "project").mkdir()
        for words in CHECKS:
            run(home / "env/bin/reconciler", *words, cwd=home / "project")
    sys.stdout.write(f"Packed and tried: {wheel.name}, {source.name}\n")


if __name__ == "__main__":
    main()
