"""Numbers in running text."""


def points(value: float, digits: int = 1) -> str:
    """A number with a proper minus sign and no minus zero."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def printed(value: float | None) -> str:
    """A number with the digits that the source printed."""
    return "not seen" if value is None else f"{value:g}".replace("-", "\N{MINUS SIGN}")


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names as a list in words: "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
