"""The page about meshes is executed from top to bottom, on an invented left knee in millimetres."""

import re
from pathlib import Path

import numpy as np
import trimesh

PAGE = Path(__file__).parents[2] / "docs" / "knee-mesh.md"


def test_examples_of_the_page_run(tmp_path, monkeypatch, femur_mesh, patella_mesh, capsys):
    for name, mesh in (("femur", femur_mesh()), ("patella", patella_mesh())):
        v = 1000 * np.asarray(mesh.vertices)
        # a left knee's lateral is left; a scanner's axes are left, posterior, superior
        turned = np.column_stack([v[:, 2], -v[:, 0], v[:, 1]])
        trimesh.Trimesh(turned, np.array(mesh.faces)[:, ::-1], process=False).export(tmp_path / f"{name}.stl")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    names: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert set(names["result"].solution.status) == {"converged"}
    assert (names["stiffer"].peak_pressure > names["result"].peak_pressure).all()
    assert np.abs(names["slowed"].shift - names["result"].shift)[1:].max() > 0
    printed = capsys.readouterr().out
    assert "('converged', 'converged', 'converged')" in printed
    assert " mm2" in printed
