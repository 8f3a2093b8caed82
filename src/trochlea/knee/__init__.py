"""The kneecap: geometry, tissue, contact, equilibrium, tracking, wear."""

from trochlea.knee.daily_load import daily_wear
from trochlea.knee.flexion_sweep import sweep
from trochlea.knee.sensitivity import sensitivities
from trochlea.knee.stability import restraint

__all__ = ["daily_wear", "restraint", "sensitivities", "sweep"]
