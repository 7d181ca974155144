"""Files that come with the package: sample specs, and templates of CI files."""

from importlib import resources
from pathlib import Path


def samples() -> Path:
    """The sample specs: inside an installed package, beside it in a checkout."""
    packed = Path(str(resources.files("reconciler.cli"))) / "samples"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "specs"


def template(name: str) -> str:
    """A template of a CI file.

    Args:
        name: Of a file in `reconciler/templates`.
    """
    file = resources.files("reconciler") / "templates" / name
    return file.read_text(encoding="utf-8")
