"""The dictionary of the tables, written from the columns themselves."""

from trochlea.evidence.column import Column, columns
from trochlea.evidence.dose import CERT_ITEMS, NOT_REPORTED, NOT_SEEN
from trochlea.evidence.tables import FILES

PURPOSE = {
    "studies.csv": "Level 1. Trials, and reports of trials.",
    "arms.csv": "Level 1. Their arms.",
    "doses.csv": "Level 1. What an arm did, by the items of the CERT checklist.",
    "instruments.csv": "Scales: range, which way is better, smallest important change.",
    "figures.csv": "Level 1. Numbers of single arms.",
    "contrasts.csv": "Level 1. Differences between two arms as reported.",
    "bias.csv": "Level 1. Risk of bias of a trial in one domain.",
    "reviews.csv": "Level 2. Published pooled estimates. Never pooled with trials.",
    "statements.csv": "Level 3. Guidelines and consensus votes. Never pooled with anything.",
    "judgements.csv": "The reviewer's judgements of certainty; they replace what is computed.",
}

HEAD = """\
CSV, UTF-8, comma-separated, one header line. An empty cell means "not seen": a missing figure stays missing. Every row
has an `id`. Every figure has the keys of its sources.

Two rules hold everywhere. A difference is *class_a minus class_b in the instrument's own points*, and `favours` says in
words which arm did better: a row whose words and sign disagree is refused. And people are counted once: every report of
the same people carries the name of their first report in `trial`.
"""


def dictionary() -> str:
    """All tables and their columns as Markdown."""
    parts = [HEAD]
    for file, kind in FILES.items():
        parts += [f"## {file}", PURPOSE[file], _table(columns(kind))]
    items = "\n".join(f"| {item} | {words} |" for item, words in CERT_ITEMS.items())
    parts += [
        "## Items of a programme",
        f"An item without a row is *{NOT_SEEN}*. `{NOT_REPORTED}` is a value: the report was read and does not say.",
        f"| item | what it asks for |\n|---|---|\n{items}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(items: tuple[Column, ...]) -> str:
    """Columns of one table as a Markdown table."""
    lines = ["| column | holds | required | what to write |", "|---|---|---|---|"]
    for item in items:
        holds = ", ".join(f"`{choice}`" for choice in item.choices) if item.choices else item.kind
        lines.append(f"| `{item.name}` | {holds} | {'yes' if item.is_required else ''} | {item.words} |")
    return "\n".join(lines)
