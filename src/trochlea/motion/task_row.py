"""A task as its YAML file writes it: the keys, the kind of each value, and what may be left out."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trochlea.motion.motion import HipAxis
from trochlea.motion.task import Position, PropKind

Amount = Annotated[float, Field(allow_inf_nan=False)] | str
"""A number in the unit of its key, or the name of an input."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputRow(_Strict):
    """An input as written."""

    value: float = Field(allow_inf_nan=False)
    low: float
    high: float
    sd: float | None = None
    citation: str | None = None
    words: str
    open: tuple[float, float] | None = None


class SupportRow(_Strict):
    """A support as written."""

    part: str
    sideways_n: Amount = 0.0
    forward_n: Amount = 0.0


class LoadRow(_Strict):
    """A load as written."""

    kind: Literal["weight", "band", "press", "push", "rest"]
    part: str
    along: Amount = 1.0
    kg: Amount | None = None
    n: Amount | None = None
    share: Amount | None = None
    towards: str = ""
    towards_along: Amount = 0.5
    lean_deg: Amount = 0.0


class PropRow(_Strict):
    """A thing in the picture as written."""

    kind: PropKind
    height_m: Amount | None = None


class TaskRow(_Strict):
    """A task as written."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    title: str
    about: str
    trains: tuple[str, ...] = ()
    position: Position
    balanced: bool = False
    duration_s: Amount = 4.0
    inputs: dict[str, InputRow] = {}
    posture: dict[str, Amount | tuple[Amount, Amount]]
    guess: dict[str, tuple[float, float]] = {}
    balance_point: Amount = 0.5
    balance_share: Amount = 1.0
    supports: tuple[SupportRow, ...] = ()
    loads: tuple[LoadRow, ...] = ()
    carried_outside: tuple[HipAxis, ...] = ()
    relaxed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ends: tuple[str, str] = ("start", "end")
    props: tuple[PropRow, ...] | None = None
