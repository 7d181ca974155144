"""Plan, report, drift and status for a terminal: lines of text, with or without colour."""

from reconciler.render.lines import Line, Style, Styled, ansi, plain
from reconciler.render.text_plan import plan
from reconciler.render.text_report import report
from reconciler.render.text_state import drift, status

__all__ = ["Line", "Style", "Styled", "ansi", "drift", "plain", "plan", "report", "status"]
