"""Postures and forces of the software's own movements."""
