"""How long the laws are tried: briefly in every run, at length with `HYPOTHESIS_PROFILE=large`."""

import os

from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("small", max_examples=80, deadline=None, suppress_health_check=SLOW)
settings.register_profile("large", max_examples=5000, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "small"))
