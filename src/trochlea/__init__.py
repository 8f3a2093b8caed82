"""Trochlea: is kneecap pain from the hip, the knee or both, and what should be done about it?"""

__version__ = "0.1.0"
