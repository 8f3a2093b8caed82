"""Who: measurements, strength, norms."""
