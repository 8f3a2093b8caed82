"""Walking and running without a laboratory: published angles, computed ground forces."""
