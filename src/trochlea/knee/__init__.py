"""The kneecap: geometry, tissue, contact, equilibrium, tracking."""

from trochlea.knee.flexion_sweep import sweep

__all__ = ["sweep"]
