"""Muscle parameters, strength, and the sharing of joint moments."""
