"""Write the pages that quote the program and its tables. A test checks that they are current."""

import argparse
import contextlib
import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path

from trochlea.cli import build_parser
from trochlea.evidence.analysis import Analysis, analyse
from trochlea.evidence.claim import read_claim
from trochlea.evidence.dataset import Dataset, read_dataset
from trochlea.evidence.dictionary import dictionary
from trochlea.knee.inputs import scalar_inputs
from trochlea.knee.setup import input_spread, input_value, knee_setup
from trochlea.motion.task_file import read_task, task_names
from trochlea.person.template import template
from trochlea.report.trials.text import claim_text, network_text

FOLDER = Path(__file__).parent

COMMANDS_HEAD = """\
# Commands

Results go to standard output, progress to standard error. A bad input gives one line that names the file, the place,
what was expected and what was found, with exit code 1; a wrong option gives exit code 2. An output folder appears whole
or not at all, and a folder that holds anything but an earlier result is not touched.

| file | what is in it |
|---|---|
| `report.html` | the report; opens offline |
| `result.json` (`demo`, `assess`), `summary.json` (`simulate`) | everything for machines, with a `schema` number |
| `moments.sto`, `muscle_forces.sto`, `kneecap.sto`, ... | time series for OpenSim: [Your own trials](trials.md) |
| `task.json`, `movement.mot` (`task`) | one movement: values, intervals, everything over time; joint angles |
| `evidence.html`, `evidence.json`, `plots/`, `tables/` (`evidence`) | page, JSON, plots as SVG and PNG, every row |
"""

NETWORK_TODAY = "`trochlea evidence network --outcome function --timepoint short` prints:\n"
"""Last line of the prose in evidence.md; what follows it is written here."""

TABLES_HEAD = """\
# Tables of trials

Written from the columns themselves; `trochlea evidence new DIR` writes the empty tables with this text beside them.

"""

CLAIM_HEAD = """\
# The claim of 2021

`trochlea evidence claim` prints this page from the rows of the tables.

"""

PERSON_HEAD = """\
# Person file

`trochlea new anna.yaml` writes this form. It runs as it is; only mass, height, age and sex are required.

What is missing becomes a population norm with its spread between people, and is marked **assumed** in the result and in
the report. Where there is no norm for the sex or age, the nearest one stands in with a doubled spread and the words
*outside its population*.

A strength that was measured is met by the model's muscles as far as their bounds allow (0.3 to 2 times the model's
own). A norm that stands in for a strength only draws them: it weighs as much as the model's own strength. With a model
file of your own, groups that were not measured keep that file's strength.

On the side or prone the muscles hold the leg up besides what a dynamometer shows: about 0.6 N·m for each kilogram of
the body on the side (36 N·m for 61 kg), 0.45 with the knee bent. The model's muscles give both; strengths are shown as
readings. `strength_readings: weight_corrected` says that the weight was added already.
"""


def commands_page() -> str:
    """The help of every command."""
    parser = build_parser()
    parts = [COMMANDS_HEAD, "## trochlea", _block(parser.format_help())]
    for name, command in _commands(parser, "trochlea"):
        parts += [f"## {name}", _block(command.format_help())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command below a parser, its forms after it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield f"{name} {word}", command
                yield from _commands(command, f"{name} {word}")


def person_page() -> str:
    """The form, whole."""
    return PERSON_HEAD + "\n```yaml\n" + template() + "```\n"


@functools.cache
def _bundled() -> tuple[Dataset, Analysis]:
    """The package's own tables and everything that they answer."""
    data = read_dataset()
    return data, analyse(data)


def evidence_page() -> str:
    """The prose of the page as it stands, with the network of today at its end."""
    prose = (FOLDER / "evidence.md").read_text(encoding="utf-8").partition(NETWORK_TODAY)[0]
    _, analysis = _bundled()
    network = [n for n in analysis.networks if (n.outcome, n.timepoint) == ("function", "short")]
    return f"{prose}{NETWORK_TODAY}\n{_block(network_text(network))}\n"


def tables_page() -> str:
    """The dictionary of the tables."""
    return TABLES_HEAD + dictionary()


def claim_page() -> str:
    """The meta-analysis behind the public claim."""
    data, analysis = _bundled()
    return CLAIM_HEAD + _block(claim_text(read_claim(data, analysis.answers))) + "\n"


INPUTS_HEAD = """\
# Inputs by name

Everything that `trochlea kneecap --set NAME=VALUE` and `trochlea.knee.sweep(values={NAME: VALUE})` accept, beside `sex`
(`female` or `male`), which chooses the norms. A value outside its range is refused with the limit. A head's scale
multiplies that head alone and the quadriceps force falls; with `--keep-total` the heads without a scale make up for it.
What is not set is the person's, or the median adult's. Python:

```python
from trochlea.knee import sweep

swept = sweep(flexion_deg=[0, 30, 60], quadriceps=600, values={"sex": "female", "tt_tg_mm": 18, "vmo_scale": 0.5})
for record in swept.records():
    print(record["flexion_deg"], record["status"], record["lateral_peak_mpa"])
```

Spread is the published standard deviation between people, or (in brackets) an assumed step.
"""


def inputs_page() -> str:
    """The table of inputs."""
    setups = {sex: knee_setup(values={"sex": sex}) for sex in ("female", "male")}
    head = "| NAME | unit | woman | man | spread | from | to | what it does |"
    rows = [INPUTS_HEAD, head, "|---|---|---|---|---|---|---|---|"]
    for name, scalar in scalar_inputs().items():
        woman, man = (f"{input_value(setup, name):.4g}" for setup in setups.values())
        spread, citation = input_spread(setups["female"], name)
        shown = f"{spread:.3g}" if citation else f"({spread:.3g})"
        unit = "" if scalar.unit == "-" else scalar.unit
        limits = f"{scalar.low:g} | {scalar.high:g}"
        rows.append(f"| `{name}` | {unit} | {woman} | {man} | {shown} | {limits} | {scalar.effect} |")
    return "\n".join(rows) + "\n"


TASKS_END = "## What there is\n"
"""Last heading of the prose in tasks.md; what follows it is written here."""


def tasks_page() -> str:
    """The prose of the page as it stands, with every task and its inputs."""
    prose = (FOLDER / "tasks.md").read_text(encoding="utf-8").partition(TASKS_END)[0]
    parts = [f"{prose}{TASKS_END}"]
    for name in task_names():
        task = read_task(name)
        trained = ", ".join(group.replace("_", " ") for group in task.trains)
        parts += [f"### {task.title}", f"`{name}`: {task.about} Trains {trained}."]
        rows = ["| input | default | from | to | what it is |", "|---|---|---|---|---|"]
        for one in task.inputs.values():
            words = f"{one.words[0].upper()}{one.words[1:]}."
            rows.append(f"| `{one.name}` | {one.value.value:g} | {one.low:g} | {one.high:g} | {words} |")
        parts += ["\n".join(rows), *(f"Note: {note}" for note in task.notes)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def executed(name: str) -> str:
    """A page whose example runs: what it prints stands in the page's block of text."""
    page = (FOLDER / name).read_text(encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
            exec(compile(block, name, "exec"), {})
    return re.sub(r"```text\n.*?```", lambda _: _block(printed.getvalue()), page, flags=re.DOTALL)


PAGES = {
    "commands.md": commands_page,
    "person-file.md": person_page,
    "inputs.md": inputs_page,
    "tasks.md": tasks_page,
    "sensitivity.md": functools.partial(executed, "sensitivity.md"),
    "trials.md": functools.partial(executed, "trials.md"),
    "wear.md": functools.partial(executed, "wear.md"),
    "evidence.md": evidence_page,
    "evidence-tables.md": tables_page,
    "claim-2021.md": claim_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
