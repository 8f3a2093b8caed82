"""Readers and writers of laboratory and OpenSim files."""
