"""Pelvis to foot: model, muscles, inverse dynamics, muscle sharing."""
