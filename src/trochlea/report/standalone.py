"""An inline figure as a file of its own."""

import re

from trochlea.report.html import render_page


def standalone(svg: str) -> str:
    """An inline figure as a file of its own, with the colours of the page in light and in dark."""
    css = render_page("report.css.j2")
    light, dark = (re.search(r"--page:.*?(?=\})", part, flags=re.DOTALL) for part in css.split("@media", 2)[:2])
    assert light is not None
    assert dark is not None
    style = (
        f"<style>:root {{ {light[0]} background: var(--surface); }} "
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark[0]} }} }} "
        "text { font-family: system-ui, sans-serif; }</style>"
    )
    head, _, body = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{style}{body}\n'
