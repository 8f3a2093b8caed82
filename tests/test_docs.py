"""Docs that quote the program are current, and what the README promises is there."""

import importlib.util
import re
from pathlib import Path

import pytest

from trochlea.cli import build_parser
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("write_pages", ROOT / "docs" / "write_pages.py")
write_pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(write_pages)


@pytest.mark.parametrize("name", sorted(write_pages.PAGES))
def test_a_page_that_quotes_the_program_is_current(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == write_pages.PAGES[name](), f"run: python docs/write_pages.py (docs/{name} is old)"


@pytest.mark.parametrize("page", ["README.md", "docs/evidence.md", "docs/tasks.md", "docs/trials.md"])
def test_every_command_in_a_page_parses(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    text = text.replace("\\\n", " ")
    commands = re.findall(r"^trochlea ([^#\n`]+)", text, flags=re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        build_parser().parse_args(command.split())


def test_files_that_the_readme_links_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_python_in_the_page_of_inputs_runs(capsys):
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "inputs.md", "exec"), {})
    assert capsys.readouterr().out.count("converged") == 3


def test_pins_are_names_and_versions_only():
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z0-9_.-]+==[0-9][a-z0-9.]*", line), line


def test_the_movement_in_the_page_of_tasks_can_be_done(tmp_path):
    page = (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8")
    path = tmp_path / "half_squat.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)[0], encoding="utf-8")
    leg = build_leg(mass=70.0, height=1.7, sex="female")
    simulate_task(leg, read_task(path, {"knee_flexion_deg": 60.0}), "right", n_frames=3)
