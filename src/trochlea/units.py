"""Conversions at the door; inside, everything is SI and radians."""

GRAVITY = 9.80665
"""Standard acceleration of gravity [m/s^2]. `bipm-2019-si`."""

MILLIMETRE = 1e-3
"""One millimetre [m]."""

MEGAPASCAL = 1e6
"""One megapascal [Pa]."""

METRES = {"mm": 1e-3, "millimeters": 1e-3, "millimetres": 1e-3, "cm": 1e-2, "m": 1.0, "meters": 1.0, "metres": 1.0}
"""Units of length as files of movement name them, in lower case -> metres."""
