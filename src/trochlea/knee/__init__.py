"""The kneecap: geometry, tissue, contact, equilibrium, tracking."""

from trochlea.knee.flexion_sweep import sweep
from trochlea.knee.stability import restraint

__all__ = ["restraint", "sweep"]
