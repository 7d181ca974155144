"""Text, JSON and Markdown of the same values. Pure: no I/O, no clock; same input, same bytes.

escape    nothing from outside may steer a terminal or a page
lines     a line of text with styles, and how it becomes a string
view      what the person asked for: paths, options, width
words     counts, durations and sentences shared by text and Markdown
groups    findings and outcomes folded for a reader
text      plan, report, drift and status for a terminal
markdown  the same for a pull request
json_view the same for a program
junit     test cases for a pipeline
cloudevent  news of drift for a webhook
prometheus  metrics for a monitor
"""
