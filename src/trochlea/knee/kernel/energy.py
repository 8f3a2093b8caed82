"""Potential energy of the patella at one pose, with its exact gradient and Hessian."""

from trochlea.knee.kernel.contact import add_contact
from trochlea.knee.kernel.ligament import add_fibres
from trochlea.knee.kernel.quadriceps import add_heads
from trochlea.knee.kernel.springs import add_springs
from trochlea.knee.kernel_cache import compiled


@compiled
def energy(rotation, t, surface, heads, fibres, work, gradient, hessian):
    """Energy [J]; gradient (6,) and the full symmetric Hessian (6, 6) are overwritten.

    `surface` = (points, areas, table, bound, grid, law); `heads` = (ends, origins, tension, wrap);
    `fibres` = (ends, fixed, slack, stiffness, toe, springs); `work` = (a (3,), b (3,), field (2, 6)).
    """
    points, areas, table, bound, grid, law = surface
    head_ends, origins, tension, wrap = heads
    ends, fixed, slack, stiffness, toe, springs = fibres
    a, b, field = work
    for i in range(6):
        gradient[i] = 0.0
        for j in range(6):
            hessian[i, j] = 0.0
    total = add_contact(rotation, t, points, areas, table, bound, grid, law, a, b, field, gradient, hessian)
    total += add_heads(rotation, t, head_ends, origins, tension, wrap, a, b, gradient, hessian)
    total += add_fibres(rotation, t, ends, fixed, slack, stiffness, toe, a, b, gradient, hessian)
    total += add_springs(rotation, t, springs, gradient, hessian)
    for i in range(6):
        for j in range(i):
            hessian[i, j] = hessian[j, i]
    return total
