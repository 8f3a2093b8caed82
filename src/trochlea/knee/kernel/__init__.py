"""Compiled kernels: everything inside the equilibrium's inner loop, and nothing else.

Notation: R, t pose of the patella in the femur; p a point of the patella; a = R p; x = a + t. A small motion is
(w, u), a rotation vector about the patella's origin and a translation: x = exp(w) a + t + u. Gradients (6,) and
Hessians (6, 6) are taken with respect to (w, u) at zero, so the Hessian is exact and needs no angle sequence.
"""
