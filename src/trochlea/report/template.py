"""The report's templates, read with the same care everywhere."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates(filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Templates with these filters: text is escaped, and a missing name is an error."""
    environment = Environment(
        loader=PackageLoader("trochlea.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment
