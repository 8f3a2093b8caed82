"""ExternalLoads files: which forces, on which foot, when."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError, ModelError
from trochlea.motion import coverage
from trochlea.motion.files.external_loads import read_external_loads, write_external_loads
from trochlea.motion.files.storage import read_storage, read_table
from trochlea.motion.motion import ContactLoad

FORCE = """<ExternalForce name="{name}">{extra}<applied_to_body>{body}</applied_to_body>
<force_expressed_in_body>{frame}</force_expressed_in_body>
<point_expressed_in_body>ground</point_expressed_in_body>
<force_identifier>{id}_v</force_identifier><point_identifier>{id}_p</point_identifier>
<torque_identifier>{id}_t</torque_identifier></ExternalForce>"""

INTERPOLATION = 1e-12
"""Interpolating a straight line gives the line; worst seen 2.3e-13 N at 800 N."""


def force(name: str = "right", body: str = "calcn_r", frame: str = "ground", id: str = "r", extra: str = "") -> str:
    return FORCE.format(name=name, body=body, frame=frame, id=id, extra=extra)


def setup(folder: Path, *forces: str, datafile: str = "grf.mot", version: str = "40600") -> Path:
    path = folder / "loads.xml"
    path.write_text(
        f'<?xml version="1.0"?>\n<OpenSimDocument Version="{version}"><ExternalLoads name="x"><objects>'
        f"{''.join(forces)}</objects><datafile>{datafile}</datafile></ExternalLoads></OpenSimDocument>"
    )
    return path


def data(folder: Path, right: list[float], left: list[float] | None = None, times=None):
    """A force file: horizontal force a tenth of the vertical, the centre of pressure fixed or garbage."""
    feet = {"r": right} if left is None else {"r": right, "l": left}
    times = times or [0.1 * i for i in range(len(right))]
    names = [f"{foot}_{kind}{axis}" for foot in feet for kind in "vpt" for axis in "xyz"]
    lines = [
        "grf",
        f"nRows={len(times)}",
        f"nColumns={len(names) + 1}",
        "endheader",
        "\t".join(["time", *names]),
    ]
    for i, time in enumerate(times):
        cells = [time]
        for vertical in feet.values():
            y = vertical[i]
            point = [0.1, 0.0, 0.2] if y >= 1 else [346.0, 0.0, -502.0]
            cells += [y / 10, y, 0.0, *point, 0.0, y / 100, 0.0]
        lines.append("\t".join(repr(float(x)) for x in cells))
    (folder / "grf.mot").write_text("\n".join(lines) + "\n")


def test_the_centre_of_pressure_is_ignored_below_one_newton_and_never_interpolated(tmp_path: Path):
    data(tmp_path, right=[200.0, 100.0, 0.99, 0.0, 0.5, 100.0, 200.0], left=[400.0] * 7)
    times = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4005, 0.45, 0.5])  # 0.5 N at 0.4005 s
    right, _ = read_external_loads(setup(tmp_path, force(), force("left", "calcn_l", id="l")), times)
    is_loaded = np.array([True, True, True, False, False, False, False, True, True])
    assert right.is_covered.all()
    assert (np.isfinite(right.point).all(axis=1) == is_loaded).all()
    np.testing.assert_allclose(right.point[is_loaded], [[0.1, 0, 0.2]] * 5, rtol=0, atol=INTERPOLATION)
    assert (right.force[~is_loaded] == 0).all()
    assert (right.free_moment[~is_loaded] == 0).all()


def test_a_plates_noise_is_no_load_and_its_centre_of_pressure_no_point(tmp_path: Path):
    data(tmp_path, right=[300.0, 0.0, 3.0, 19.0, 0.0, 300.0], left=[400.0] * 6)
    right, _ = read_external_loads(
        setup(tmp_path, force(), force("left", "calcn_l", id="l")), np.array([0.2, 0.25, 0.3])
    )
    assert right.is_covered.all()
    assert (right.force == 0).all()
    assert np.isnan(right.point).all()


def test_between_a_covered_and_an_uncovered_sample_nothing_is_known(tmp_path: Path):
    data(tmp_path, right=[0.0, 0.0, 100.0, 200.0, 0.0])
    (load,) = read_external_loads(setup(tmp_path, force()), np.array([0.1, 0.15, 0.2, 0.25, 0.35, 0.4]))
    assert load.is_covered.tolist() == [False, False, True, True, False, False]


def test_forces_are_interpolated_linearly(tmp_path: Path):
    data(tmp_path, [400.0, 500.0, 600.0, 800.0])
    (load,) = read_external_loads(setup(tmp_path, force()), np.array([0.0, 0.05, 0.25, 0.3]))
    np.testing.assert_allclose(load.force[:, 1], [400, 450, 700, 800], rtol=0, atol=INTERPOLATION)
    np.testing.assert_allclose(load.free_moment[:, 1], [4, 4.5, 7, 8], rtol=0, atol=INTERPOLATION)
    assert load.is_covered.all()
    assert load.side == "right"


def test_times_outside_the_file_and_in_its_gaps_are_not_covered(tmp_path: Path):
    data(tmp_path, [400.0] * 6, times=[0.0, 0.1, 0.2, 0.6, 0.7, 0.8])
    (load,) = read_external_loads(setup(tmp_path, force()), np.array([-0.01, 0.0, 0.2, 0.3, 0.6, 0.8, 0.81]))
    assert load.is_covered.tolist() == [False, True, True, False, True, True, False]
    assert (load.force[~load.is_covered] == 0).all()
    assert np.isnan(load.point[~load.is_covered]).all()


def test_forces_that_are_switched_off_do_not_count(tmp_path: Path):
    data(tmp_path, [400.0, 400.0])
    off = [
        force("a", "calcn_l", extra="<isDisabled> true </isDisabled>"),
        force("b", "calcn_l", extra="<appliesForce>false</appliesForce>"),
    ]
    loads = read_external_loads(setup(tmp_path, *off, force()), np.array([0.0]))
    assert [load.side for load in loads] == ["right"]


def test_two_plates_under_one_foot_act_as_their_resultant(tmp_path: Path):
    names = [f"{id}_{kind}{axis}" for id in "ab" for kind in "vpt" for axis in "xyz"]
    rng = np.random.default_rng(5)
    a, b = rng.uniform(10, 300, 9), rng.uniform(10, 300, 9)
    a[3:6], b[3:6] = [0.1, 0.0, 0.2], [0.3, 0.0, 0.25]
    rows = [[0.0, *a, *b], [0.1, *a, *b]]
    text = "\n".join("\t".join(map(repr, map(float, row))) for row in rows)
    (tmp_path / "grf.mot").write_text("grf\nendheader\n" + "\t".join(["time", *names]) + "\n" + text + "\n")
    (load,) = read_external_loads(setup(tmp_path, force("a", id="a"), force("b", id="b")), np.array([0.0]))
    np.testing.assert_allclose(load.force[0], a[:3] + b[:3], rtol=0, atol=1e-10)
    about_origin = sum(np.cross(x[3:6], x[:3]) + x[6:] for x in (a, b))
    found = np.cross(load.point[0], load.force[0]) + load.free_moment[0]
    np.testing.assert_allclose(found, about_origin, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("xml", "error", "message"),
    [
        ("", FormatError, "line 1: is not XML"),
        ("<a>\n<b>\n</a>", FormatError, "line 3: is not XML"),
        ("<Model/>", FormatError, "no ExternalLoads element; found <Model>"),
        ("<ExternalLoads><objects/></ExternalLoads>", FormatError, "no ExternalForce that applies"),
        (f"<ExternalLoads><objects>{force()}</objects></ExternalLoads>", FormatError, "datafile: missing"),
        (
            force("hand", body="hand_r"),
            ModelError,
            "hand: acts on body 'hand_r'; expected calcn_r",
        ),
        (force(frame="calcn_r"), ModelError, "force_expressed_in_body is 'calcn_r'; expected ground"),
        (force(id="q"), FormatError, "no column q_vx, which ExternalForce right names"),
        (
            force().replace("<point_identifier>r_p", "<point_identifier>"),
            FormatError,
            "point_identifier is missing",
        ),
    ],
)
def test_loads_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path, xml: str, error: type, message: str):
    data(tmp_path, [400.0, 500.0])
    path = setup(tmp_path, xml) if xml.startswith("<ExternalForce") else tmp_path / "loads.xml"
    if not xml.startswith("<ExternalForce"):
        path.write_text(xml)
    with pytest.raises(error) as caught:
        read_external_loads(path, np.array([0.0]))
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_force_file_that_is_absent_is_named(tmp_path: Path):
    with pytest.raises(FormatError, match="datafile: the force file 'other.mot' is not next to this XML"):
        read_external_loads(setup(tmp_path, force(), datafile="other.mot"), np.array([0.0]))


def test_forces_that_point_down_are_refused(tmp_path: Path):
    data(tmp_path, [-400.0, -500.0])
    with pytest.raises(FormatError, match="column r_vy: runs from -500 to -400 N; expected the upward force"):
        read_external_loads(setup(tmp_path, force()), np.array([0.0]))


def test_a_foot_that_never_touches_a_plate_is_unloaded_and_not_refused(tmp_path: Path):
    data(tmp_path, right=[0.0] * 4, left=[700.0] * 4)
    path = setup(tmp_path, force(), force("left", "calcn_l", id="l"))
    right, left = read_external_loads(path, np.array([0.1, 0.2]))
    assert (right.force == 0).all()
    assert not right.is_covered.any()
    assert left.is_covered.all()


def test_a_centre_of_pressure_in_millimetres_is_refused(tmp_path: Path):
    data(tmp_path, [400.0, 500.0])
    path = tmp_path / "grf.mot"
    path.write_text(path.read_text().replace("0.2\t", "200.0\t"))
    with pytest.raises(FormatError, match="are these millimetres"):
        read_external_loads(setup(tmp_path, force()), np.array([0.0]))


STANDING_ALONE = 20.0
"""Largest force under a foot that is taken to be in the air [N]; worst seen 15.3, 2 % of his weight."""


def test_the_foot_taken_to_be_in_the_air_carries_nothing_where_a_plate_shows_it(data_dir: Path):
    table = read_table(data_dir / "mocap/rajagopal_walk/grf.mot")
    verticals = [table.values[:, table.names.index(f"ground_force_{side}_vy")] for side in "rl"]
    worst = 0.0
    for own, other in (verticals, verticals[::-1]):
        for start, end in coverage.contacts(own):
            first, last = coverage._single_support(own, start, end)
            worst = max(worst, float(other[first:last].max()))
    assert worst < STANDING_ALONE


def test_coverage_of_the_real_walk(data_dir: Path):
    times = np.arange(0, 2.375, 0.01)
    right, left = read_external_loads(data_dir / "mocap/rajagopal_walk/external_loads.xml", times)
    assert (right.side, left.side) == ("right", "left")
    window = (times > 0.4999) & (times < 1.7001)
    assert right.is_covered[window].all()
    assert left.is_covered[window].all()
    assert not right.is_covered[times < 0.24].any()
    assert not left.is_covered[times < 0.45].any()
    assert not right.is_covered[times > 2.2].any()
    assert np.nanmax(np.abs(right.point)) < 3.0


STRIDE = 1.1445
"""Time from the right foot's first landing to its second in this trial [s]."""

WEIGHT_SHARE = 0.01
"""Over a stride the mean vertical force is the weight; worst seen 0.2 % off the model's 85.07 kg."""


def test_within_the_covered_window_the_plates_carry_the_whole_man(data_dir: Path):
    times = np.arange(0.5, 0.5 + STRIDE, 0.005)
    loads = read_external_loads(data_dir / "mocap/rajagopal_walk/external_loads.xml", times)
    assert all(load.is_covered.all() for load in loads)
    mean = sum(float(load.force[:, 1].mean()) for load in loads)
    assert mean == pytest.approx(85.07 * 9.80665, rel=WEIGHT_SHARE)


def test_an_older_files_names_and_padding_are_read(data_dir: Path):
    times = np.arange(0.5, 2.4, 0.01)
    right, left = read_external_loads(data_dir / "mocap/gait2392_walk/subject01_walk1_grf.xml", times)
    assert right.is_covered.all()
    assert left.is_covered.all()
    assert 700 < right.force[:, 1].max() < 900


NAMINGS = [
    ("ground_force_{}_v", "ground_force_{}_p", "ground_torque_{}_"),
    ("{}_ground_force_v", "{}_ground_force_p", "{}_ground_torque_"),
    ("ground_force_v", "ground_force_p", "ground_torque_"),
    ("1_ground_force_v", "1_ground_force_p", "1_ground_torque_"),
    ("R_ground_force_v", "R_ground_force_p", "R_ground_moment_m"),
    ("FP1_force_v", "FP1_force_p", "FP1_moment_"),
]


@pytest.mark.parametrize("naming", NAMINGS)
def test_whatever_a_file_calls_its_columns_they_are_read_with_their_units(tmp_path: Path, naming: tuple[str, ...]):
    force_id, point_id, torque_id = (name.format("r") for name in naming)
    names = [prefix + axis for prefix in (force_id, point_id, torque_id) for axis in "xyz"]
    rows = [[time, 10.0, 700.0, -5.0, 0.1, 0.0, 0.2, 0.0, 3.0, 0.0] for time in (0.0, 0.1, 0.2)]
    text = "\n".join("\t".join(map(repr, row)) for row in rows)
    (tmp_path / "grf.mot").write_text("grf\nendheader\n" + "\t".join(["time", *names]) + "\n" + text + "\n")
    xml = force().replace("r_v<", f"{force_id}<").replace("r_p<", f"{point_id}<").replace("r_t<", f"{torque_id}<")
    (load,) = read_external_loads(setup(tmp_path, xml), np.array([0.1]))
    assert load.force[0].tolist() == [10.0, 700.0, -5.0]
    assert load.point[0].tolist() == [0.1, 0.0, 0.2]
    assert load.free_moment[0].tolist() == [0.0, 3.0, 0.0]
    assert read_storage(tmp_path / "grf.mot").units == ("N",) * 3 + ("m",) * 3 + ("N.m",) * 3


def covered_loads(times: np.ndarray) -> tuple[ContactLoad, ContactLoad]:
    """Loads of both feet that step from one to the other, known everywhere."""
    rng = np.random.default_rng(8)
    loads = []
    for side, is_loaded in (("right", times < 0.6), ("left", times > 0.4)):
        force = np.where(is_loaded[:, None], rng.normal([0, 700, 0], 30, (times.size, 3)), 0.0)
        point = np.where(is_loaded[:, None], rng.normal([0.5, 0, 0.1], 0.05, (times.size, 3)), np.nan)
        moment = np.where(is_loaded[:, None], rng.normal(0, 5, (times.size, 3)), 0.0)
        covered = np.ones(times.size, dtype=bool)
        loads.append(ContactLoad(side=side, force=force, point=point, free_moment=moment, is_covered=covered))
    return loads[0], loads[1]


def test_loads_written_then_read_are_the_same(tmp_path: Path):
    times = np.arange(0, 1, 0.01)
    written = covered_loads(times)
    assert write_external_loads(tmp_path / "loads.xml", times, written) == tmp_path / "loads.mot"
    for original, found in zip(written, read_external_loads(tmp_path / "loads.xml", times), strict=True):
        assert found.side == original.side
        for field in ("force", "point", "free_moment"):
            np.testing.assert_array_equal(getattr(found, field), getattr(original, field))


def test_an_unloaded_foot_keeps_the_nearest_centre_of_pressure_in_the_file(tmp_path: Path):
    times = np.arange(0, 1, 0.01)
    right, left = covered_loads(times)
    write_external_loads(tmp_path / "loads.xml", times, (right, left))
    table = read_table(tmp_path / "loads.mot")
    points = table.values[:, [table.names.index(f"ground_force_r_p{axis}") for axis in "xyz"]]
    last = int(np.flatnonzero(np.isfinite(right.point).all(axis=1))[-1])
    assert (points[last:] == right.point[last]).all()
    flat = covered_loads(times)[0]
    never = ContactLoad(
        side="left",
        force=np.zeros_like(flat.force),
        point=np.full_like(flat.point, np.nan),
        free_moment=np.zeros_like(flat.force),
        is_covered=flat.is_covered,
    )
    write_external_loads(tmp_path / "loads.xml", times, (right, never))
    assert "nan" not in (tmp_path / "loads.mot").read_text()


def test_opensim_applies_the_loads_that_are_written(opensim, data_dir: Path, tmp_path: Path, monkeypatch):
    opensim.Logger.setLevelString("Off")
    monkeypatch.chdir(tmp_path)
    times = np.arange(0, 1, 0.01)
    written = covered_loads(times)
    write_external_loads(tmp_path / "loads.xml", times, written)
    model = opensim.Model(str(data_dir / "mocap/gait2392_walk/subject01.osim"))
    loads = opensim.ExternalLoads(str(tmp_path / "loads.xml"), True)
    model.addModelComponent(loads)
    model.initSystem()
    assert loads.getSize() == 2
    for i, load in enumerate(written):
        applied = opensim.ExternalForce.safeDownCast(loads.get(i))
        assert applied.getAppliedToBodyName().endswith(f"calcn_{load.side[0]}")
        frame = 50
        for found, expected in (
            (applied.getForceAtTime(times[frame]), load.force[frame]),
            (applied.getPointAtTime(times[frame]), load.point[frame]),
            (applied.getTorqueAtTime(times[frame]), load.free_moment[frame]),
        ):
            np.testing.assert_allclose([found.get(axis) for axis in range(3)], expected, rtol=1e-12, atol=1e-12)


def test_a_force_that_is_not_known_is_not_written_as_zero(tmp_path: Path):
    times = np.arange(0, 1, 0.01)
    right, left = covered_loads(times)
    covered = times > 0.2
    part = ContactLoad(
        side="right", force=right.force, point=right.point, free_moment=right.free_moment, is_covered=covered
    )
    message = r"the force on the right foot is not known at 0 s .* covered within 0\.21 to 0\.99 s\): cut the motion"
    with pytest.raises(InputError, match=message):
        write_external_loads(tmp_path / "loads.xml", times, (part, left))
    with pytest.raises(InputError, match="no contact loads to write"):
        write_external_loads(tmp_path / "loads.xml", times, ())
    assert list(tmp_path.iterdir()) == []
