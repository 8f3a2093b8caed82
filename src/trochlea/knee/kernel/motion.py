"""Small rigid motions of the patella, and how a force at a point enters gradient and Hessian."""

import math

from trochlea.knee.kernel_cache import compiled


@compiled
def put_vector(source, target):
    """Copy a vector in place. Loops compile in a fifth of the time that a slice takes."""
    for i in range(target.shape[0]):
        target[i] = source[i]


@compiled
def put_matrix(source, target):
    """Copy a matrix in place."""
    for i in range(target.shape[0]):
        for j in range(target.shape[1]):
            target[i, j] = source[i, j]


@compiled
def rotate(rotation, point, out):
    """Write rotation times point to out."""
    for i in range(3):
        out[i] = rotation[i, 0] * point[0] + rotation[i, 1] * point[1] + rotation[i, 2] * point[2]


@compiled
def turn(rotation, w, out):
    """Write exp(w) times rotation to out (Rodrigues' formula)."""
    angle2 = w[0] * w[0] + w[1] * w[1] + w[2] * w[2]
    angle = math.sqrt(angle2)
    if angle < 1e-6:
        s, c = 1.0 - angle2 / 6.0, 0.5 - angle2 / 24.0
    else:
        s, c = math.sin(angle) / angle, (1.0 - math.cos(angle)) / angle2
    for j in range(3):
        a, b, d = rotation[0, j], rotation[1, j], rotation[2, j]
        dot = w[0] * a + w[1] * b + w[2] * d
        out[0, j] = a + s * (w[1] * d - w[2] * b) + c * (w[0] * dot - angle2 * a)
        out[1, j] = b + s * (w[2] * a - w[0] * d) + c * (w[1] * dot - angle2 * b)
        out[2, j] = d + s * (w[0] * b - w[1] * a) + c * (w[2] * dot - angle2 * d)


@compiled
def add_point(a, b, xx, xy, xz, yy, yz, zz, gradient, hessian):
    """Add a point's energy gradient b and Hessian W (six numbers), both in space, to those of the body.

    Only the upper triangle of `hessian` is written.
    """
    ax, ay, az = a[0], a[1], a[2]
    bx, by, bz = b[0], b[1], b[2]
    gradient[0] += ay * bz - az * by
    gradient[1] += az * bx - ax * bz
    gradient[2] += ax * by - ay * bx
    gradient[3] += bx
    gradient[4] += by
    gradient[5] += bz
    hessian[3, 3] += xx
    hessian[3, 4] += xy
    hessian[3, 5] += xz
    hessian[4, 4] += yy
    hessian[4, 5] += yz
    hessian[5, 5] += zz
    # M = [a]x W
    m00, m01, m02 = ay * xz - az * xy, ay * yz - az * yy, ay * zz - az * yz
    m10, m11, m12 = az * xx - ax * xz, az * xy - ax * yz, az * xz - ax * zz
    m20, m21, m22 = ax * xy - ay * xx, ax * yy - ay * xy, ax * yz - ay * xz
    hessian[0, 3] += m00
    hessian[0, 4] += m01
    hessian[0, 5] += m02
    hessian[1, 3] += m10
    hessian[1, 4] += m11
    hessian[1, 5] += m12
    hessian[2, 3] += m20
    hessian[2, 4] += m21
    hessian[2, 5] += m22
    # -M [a]x, and the second order of the rotation: (a b' + b a') / 2 - (a.b) I
    dot = ax * bx + ay * by + az * bz
    hessian[0, 0] += m02 * ay - m01 * az + ax * bx - dot
    hessian[0, 1] += m00 * az - m02 * ax + 0.5 * (ax * by + ay * bx)
    hessian[0, 2] += m01 * ax - m00 * ay + 0.5 * (ax * bz + az * bx)
    hessian[1, 1] += m10 * az - m12 * ax + ay * by - dot
    hessian[1, 2] += m11 * ax - m10 * ay + 0.5 * (ay * bz + az * by)
    hessian[2, 2] += m21 * ax - m20 * ay + az * bz - dot
