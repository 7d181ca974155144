"""What a pull request and a pipeline need beside a plan: one comment, annotations, a stamped plan.

Everything here speaks of GitHub and GitLab and of nothing else: no vendor, no ledger, no judging. A
page comes in as Markdown that `render` made, and leaves as one comment that is kept up to date.
"""
