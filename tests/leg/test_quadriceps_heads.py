"""The quadriceps' heads, also where one muscle stands for all vasti."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.extensor import QUADRICEPS_HEADS, QUADRICEPS_SPLIT
from trochlea.leg.muscles.quadriceps_heads import head_carriers, head_tensions

WHOLE = ("vasmed", "soleus", "recfem", "vaslat", "vasint")
REDUCED = ("soleus", "vasint", "recfem")


def test_each_head_carries_its_own_force():
    forces = np.array([[1.0, 9.0, 2.0, 3.0, 4.0]])
    np.testing.assert_array_equal(head_tensions(WHOLE, forces), [[2.0, 4.0, 3.0, 1.0]])
    assert [WHOLE[i] for i in head_carriers(WHOLE)] == list(QUADRICEPS_HEADS)


def test_one_muscle_for_all_vasti_is_divided_as_published_and_loses_nothing():
    forces = np.array([[9.0, 1000.0, 200.0], [9.0, np.nan, np.nan]])
    found = head_tensions(REDUCED, forces)
    assert found[0, 0] == 200.0
    assert found[0].sum() == pytest.approx(1200.0)
    lateral, medial = (QUADRICEPS_HEADS.index(head) for head in ("vaslat", "vasmed"))
    assert found[0, lateral] / found[0, medial] == pytest.approx(
        QUADRICEPS_SPLIT["vaslat"] / QUADRICEPS_SPLIT["vasmed"]
    )
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize(
    ("muscles", "missing"),
    [
        (("soleus",), "recfem, vasint, vaslat, vasmed"),
        (("recfem", "vasint", "vaslat"), "vasmed"),
        (("vasint",), "recfem"),
    ],
)
def test_a_model_without_a_head_cannot_load_the_kneecap(muscles, missing):
    with pytest.raises(InputError, match=f"the leg model has no {missing}; .*give a model that has them"):
        head_carriers(muscles)
