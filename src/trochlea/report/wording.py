"""Numbers and names as a reader sees them."""

from trochlea.advice.recommendation import Outcome

OUTCOME_WORDS: dict[Outcome, str] = {
    "peak_contact_force": "peak kneecap force",
    "lateral_peak_pressure": "peak pressure on the outer side",
}

STATUS_WORDS: dict[str, str] = {
    "converged": "without a force",
    "not_converged": "that did not settle",
    "dislocated": "with the kneecap out of the groove",
    "lifted_off": "without contact",
    "off_surface": "with contact beyond the cartilage",
    "no_load": "in which the quadriceps does not pull or its force is unknown",
}
"""Status of a frame to what it means, after the word frame or a count of frames."""

MULTIPLE_WORDS = "could also rest elsewhere"
"""A frame whose load balances in another place too."""

_THIN = "\N{NARROW NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int) -> str:
    """A number with a real minus sign, thousands apart, and no minus zero."""
    text = f"{value:,.{digits}f}".replace(",", _THIN)
    if float(f"{value:.{digits}f}") == 0:
        text = text.removeprefix("-")
    return text.replace("-", _MINUS)


def signed(value: float, digits: int) -> str:
    """A number with its sign, plus included; zero has none."""
    rounded = float(f"{value:.{digits}f}")
    return ("+" if rounded > 0 else "") + number(value, digits)


def significant(value: float) -> str:
    """A number with three significant digits, never in powers of ten."""
    if value == 0:
        return "0"
    digits = max(0, 2 - int(f"{abs(value):e}".partition("e")[2]))
    return number(value, min(digits, 6))


def plural(n: int, noun: str) -> str:
    """A count with its noun, e.g. "1 frame", "3 frames"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
