"""Conversions at the door; inside, everything is SI and radians."""

GRAVITY = 9.80665
"""Standard acceleration of gravity [m/s^2]. `bipm-2019-si`."""

MILLIMETRE = 1e-3
"""One millimetre [m]."""

MEGAPASCAL = 1e6
"""One megapascal [Pa]."""
