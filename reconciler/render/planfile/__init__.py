"""A plan as a file, and back: same plan, same bytes, and every byte of it checked on the way in.

writing   a saved plan as JSON, with a digest of itself
wire      the shape of that JSON, field by field
reading   bytes to a saved plan, or one sentence that says why not
"""

from reconciler.render.planfile.reading import MAX_BYTES, read
from reconciler.render.planfile.writing import write

__all__ = ["MAX_BYTES", "read", "write"]
