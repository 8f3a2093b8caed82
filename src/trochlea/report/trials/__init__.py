"""Trials in words and pictures: text, plots and the offline pages."""
