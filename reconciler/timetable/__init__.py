"""When a cron schedule strikes, in a time zone: the one door to a cron library and to time zones."""

from reconciler.timetable.cron import check_schedule, check_zone, strikes

__all__ = ["check_schedule", "check_zone", "strikes"]
