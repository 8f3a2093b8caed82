"""Names of the scales on which differences are counted in standard deviations."""

START = "standardised "


def standard_scale_name(outcome: str, kind: str) -> str:
    """The scale of one outcome for changes or for final values.

    Args:
        outcome: What was measured.
        kind: "change mean" or "final mean" of figures.csv.
    """
    return f"{START}{'change in ' if kind == 'change mean' else ''}{outcome}"


def is_standard(instrument: str) -> bool:
    """Whether a scale counts in standard deviations."""
    return instrument.startswith(START)


def unit_words(instrument: str) -> str:
    """The unit of a scale in words."""
    return "SDs" if is_standard(instrument) else f"{instrument} points"
