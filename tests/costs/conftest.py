"""Settings of the drawn tests of `cruddur_lib.costs`."""

from hypothesis import HealthCheck, settings

# on a machine that is busy with an engine a slow example is no failure
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
