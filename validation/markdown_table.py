"""Tables as the validation page takes them."""

from collections.abc import Iterable


def print_table(title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A sentence and a table in Markdown, numbers to the right."""
    print(f"{title}\n")
    print(f"| {' | '.join(header)} |\n|---{'|---:' * (len(header) - 1)}|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print()
