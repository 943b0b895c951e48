"""Weighted least squares: the one linear fit under every model of the engine.

A pooled mean is the fit on a column of ones; meta-regression has more columns. Nothing here builds a
k by k matrix, so k may be large. With W = diag(1 / (vi + tau²)) the matrix
P = W - W X (X'W X)⁻¹ X'W of Viechtbauer 2005 (J Educ Behav Stat 30:261) appears through its products.
"""

from dataclasses import dataclass

import numpy as np

from reprieve.core.synthesis.numbers import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """`beta` (p,), `vb` its (p, p) covariance if the weights are true, `weights` and `residuals` (k,)."""

    x: Floats
    weights: Floats
    beta: Floats
    vb: Floats
    residuals: Floats

    @property
    def df(self) -> int:
        """Studies less coefficients."""
        return len(self.residuals) - len(self.beta)

    @property
    def q(self) -> float:
        """Weighted residual sum of squares, y'Py: Cochran's Q when tau² = 0."""
        return float(np.sum(self.weights * self.residuals**2))

    @property
    def trace_p(self) -> float:
        """tr P = Σ w - tr((X'W X)⁻¹ X'W²X), never below 0."""
        if self.x.shape[1] == 1 and np.all(self.x == 1):  # a sum of pairs: no cancellation
            share = self.weights / np.sum(self.weights)
            return float(np.sum(self.weights * (1 - share)))
        inner = self.x.T @ (self.x * (self.weights**2)[:, None])
        return float(np.sum(self.weights) - np.sum(self.vb * inner))

    @property
    def hat(self) -> Floats:
        """Diagonal of the hat matrix, (k,): each study's pull on its own prediction."""
        return np.asarray(self.weights * np.einsum("ij,jk,ik->i", self.x, self.vb, self.x))


def fit(yi: Floats, vi: Floats, tau2: float = 0.0, x: Floats | None = None) -> Fit:
    """Fit yi on x (a column of ones when None) with weights 1 / (vi + tau²)."""
    x = ones(len(yi)) if x is None else x
    weights = 1 / (vi + tau2)
    if x.shape[1] == 1 and np.all(x == 1):
        total = np.sum(weights)
        beta, vb = np.array([np.sum(weights * yi) / total]), np.array([[1 / total]])
    else:
        root = np.sqrt(weights)
        q, r = np.linalg.qr(x * root[:, None])
        inverse = np.linalg.inv(r)
        beta, vb = inverse @ (q.T @ (root * yi)), inverse @ inverse.T
    return Fit(x=x, weights=weights, beta=beta, vb=vb, residuals=yi - x @ beta)


def ones(k: int) -> Floats:
    """The design of a pooled mean, shape (k, 1)."""
    return np.ones((k, 1))
