"""A patellar mesh as contact points: area, place, ridge and size come back; impossible meshes are refused."""

import math

import numpy as np
import pytest
import trimesh

from trochlea.errors import FormatError
from trochlea.knee.mesh import read_mesh
from trochlea.knee.mesh_knee import PATELLA_SIZE
from trochlea.knee.patellar_mesh import contact_points, measure_patella

WIDTH, HEIGHT, RIDGE_Z = 0.040, 0.030, -0.002
LATERAL_SLOPE, MEDIAL_SLOPE = math.radians(22), math.radians(17)
"""Of the invented patella in conftest."""


def measure(mesh, tmp_path, **options):
    path = tmp_path / "patella.ply"
    mesh.export(path)
    return measure_patella(read_mesh(path, size=PATELLA_SIZE, **options))


def exact_area():
    """Of the invented surface, by Simpson's rule along y; the slopes are constant across each facet."""
    y = np.linspace(-0.5, 0.5, 201) * HEIGHT
    total = 0.0
    for slope, width in ((LATERAL_SLOPE, WIDTH / 2 - RIDGE_Z), (MEDIAL_SLOPE, WIDTH / 2 + RIDGE_Z)):
        along = np.sqrt(1 + math.tan(slope) ** 2 + (y / 0.1) ** 2)
        total += width * (along[1:-1].sum() + 0.5 * (along[0] + along[-1])) * (y[1] - y[0])
    return total


def test_size_and_ridge_come_back(patella_mesh, tmp_path):
    surface = measure(patella_mesh(), tmp_path)
    assert surface.high[0] - surface.low[0] == pytest.approx(HEIGHT, rel=1e-6)
    assert surface.high[1] - surface.low[1] == pytest.approx(WIDTH, rel=1e-6)
    # half a ray's spacing, and the bumps' smoothing over unequal slopes
    assert surface.ridge[0] == pytest.approx(RIDGE_Z, abs=0.5e-3)
    assert surface.ridge[1] == pytest.approx(0.0, abs=0.02)
    assert surface.lateral_rise > surface.medial_rise


def test_tilted_ridge_is_followed(patella_mesh, tmp_path):
    mesh = patella_mesh()
    mesh.vertices[:, 2] += 0.1 * mesh.vertices[:, 1]
    surface = measure(mesh, tmp_path)
    assert surface.ridge[1] == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("n_points", [40, 300, 600])
def test_contact_points_carry_the_whole_area_and_lie_on_the_surface(n_points, patella_mesh, tmp_path):
    surface = measure(patella_mesh(), tmp_path)
    points, areas = contact_points(surface, n_points)
    assert points.shape == (n_points, 3)
    assert len(np.unique(points, axis=0)) == n_points
    assert areas.sum() == pytest.approx(exact_area(), rel=2e-4)  # triangles of 1 mm on a curve; worst seen 4e-5
    assert areas.max() < 2.5 * areas.mean()
    u = points[:, 2] - RIDGE_Z
    x = np.where(u >= 0, math.tan(LATERAL_SLOPE) * u, -math.tan(MEDIAL_SLOPE) * u) + points[:, 1] ** 2 / 0.2
    assert np.abs(points[:, 0] - x).max() < 4e-6 + 2e-4 * (np.abs(u).min() < 5e-4)  # chords; the crease may be cut


def test_moments_of_the_area_are_those_of_the_surface(patella_mesh, tmp_path):
    surface = measure(patella_mesh(), tmp_path)
    points, areas = contact_points(surface, 300)
    fine, fine_areas = contact_points(surface, len(surface.mesh.faces))
    np.testing.assert_allclose(areas @ points, fine_areas @ fine, rtol=0, atol=1e-3 * areas.sum() * WIDTH)
    second, fine_second = areas @ points[:, 1:] ** 2, fine_areas @ fine[:, 1:] ** 2
    np.testing.assert_allclose(second, fine_second, rtol=0.01, atol=0)  # a point has no spread of its own


def test_as_many_points_as_triangles_makes_every_triangle_a_point(patella_mesh, tmp_path):
    surface = measure(patella_mesh(n=15), tmp_path)
    points, areas = contact_points(surface, len(surface.mesh.faces))
    middles = surface.mesh.vertices[surface.mesh.faces].mean(axis=1)
    order, wanted = np.lexsort(points.T), np.lexsort(middles.T)
    np.testing.assert_array_equal(points[order], middles[wanted])


def test_coarse_mesh_is_divided_until_there_are_enough_triangles(patella_mesh, tmp_path):
    surface = measure(patella_mesh(n=7), tmp_path)
    points, areas = contact_points(surface, 300)
    assert len(np.unique(points, axis=0)) == 300
    assert areas.sum() == pytest.approx(trimesh.Trimesh(surface.mesh.vertices, surface.mesh.faces).area, rel=1e-12)


def test_only_the_articular_side_of_a_closed_mesh_is_used(patella_mesh, tmp_path):
    opened, closed = measure(patella_mesh(), tmp_path), measure(patella_mesh(is_closed=True), tmp_path)
    assert len(closed.mesh.faces) == len(opened.mesh.faces)
    assert closed.ridge_x == pytest.approx(opened.ridge_x, abs=1e-9)


def test_winding_of_the_whole_mesh_does_not_matter(patella_mesh, tmp_path):
    for is_closed in (False, True):
        mesh = patella_mesh(is_closed=is_closed)
        turned = trimesh.Trimesh(mesh.vertices, np.array(mesh.faces)[:, ::-1], process=False)
        assert len(measure(turned, tmp_path).mesh.faces) == 3200


@pytest.mark.parametrize(
    ("options", "axes", "said"),
    [
        ({"hole": 0.0025}, None, r"hole at y \d+, z \d+ mm: \d+ mm2 .* expected at most 4 mm2: fill the hole"),
        (
            {},
            ("proximal", "anterior", "right"),
            "% of the area looks posteriorly; expected at least 40 %.* check the axes",
        ),
    ],
)
def test_impossible_patellae_are_refused(options, axes, said, patella_mesh, tmp_path):
    chosen = {} if axes is None else {"axes": axes}
    with pytest.raises(FormatError, match=said) as error:
        measure(patella_mesh(**options), tmp_path, **chosen)
    assert "\n" not in str(error.value)
