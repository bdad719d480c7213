"""Linear regression: the line (or plane) with the smallest squared errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed
from notation.numbers import number_text

ON_SINGULAR = ("error", "minimum_norm")


@dataclass(frozen=True)
class OLSResult:
    """A fitted linear model.

    Attributes
    ----------
    coef : (p,) ndarray
        One slope for each predictor.
    intercept : float
        Value where all predictors are 0; 0.0 without one.
    fitted, residuals : (n,) ndarray
        Predictions for the data, and what they miss.
    sse : float
        Sum of squared residuals.
    r2 : float or None
        Explained share of the variation (of the sum of squares without an intercept);
        None where there is none.
    sigma : float or None
        Standard deviation of the error; None without spare rows.
    stderr : ndarray or None
        Standard errors, the intercept's first; None without spare rows or full rank.
    leverage : (n,) ndarray
        How strongly each point pulls its own prediction, from 0 to 1.
    rank : int
        Of the design matrix.
    cond : float
        Condition number of the design matrix with its column of ones.
    """

    coef: Array
    intercept: float
    fitted: Array
    residuals: Array
    sse: float
    r2: float | None
    sigma: float | None
    stderr: Array | None
    leverage: Array
    rank: int
    cond: float


@dataclass(frozen=True)
class Dataset:
    """Data to practice on.

    Attributes
    ----------
    x : (n,) or (n, p) ndarray
        Predictors.
    y : (n,) ndarray
        What they should explain.
    names : tuple of str
        Of the predictors, then of y.
    source : str
        Where the data come from.
    """

    x: Array
    y: Array
    names: tuple[str, ...]
    source: str


def linear_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    fit_intercept: bool = True,
    on_singular: str = "error",
) -> OLSResult:
    """Fit a line or plane by ordinary least squares.

    Parameters
    ----------
    X : (n, p) or (n,) array_like
        Predictors, one a column.
    y : (n,) array_like
        What they should explain.
    fit_intercept : bool
        Put a column of ones beside the predictors.
    on_singular : {"error", "minimum_norm"}
        What becomes of dependent columns: an error, or the shortest of all solutions.

    Returns
    -------
    OLSResult
        Coefficients, fit and diagnostics.

    Raises
    ------
    ValueError
        If the rows differ, an entry is not finite or the columns are dependent.

    References
    ----------
    Legendre (1805); Gauss (1809); Goodfellow et al. (2016), eq. (5.12).

    Examples
    --------
    >>> fit = linear_regression([0, 1, 2, 3], [-1, 0.2, 0.9, 2.1])
    >>> round(fit.intercept, 3), fit.coef.round(3)
    (-0.95, array([1.]))
    """
    predictors, y = _data(X, y)
    checks.choice(on_singular, "on_singular", ON_SINGULAR)
    first = int(bool(fit_intercept))
    design = np.hstack([np.ones((len(y), first)), predictors])
    with np.errstate(over="ignore", invalid="ignore"):
        parts = _decomposed(design)
        full = parts.rank == design.shape[1]
        if not full and on_singular == "error":
            raise ValueError(_singular(predictors, parts.rank, first))
        beta = checks.representable(_solved(parts, design, y))
        fitted = checks.representable(design @ beta)
        residuals = y - fitted
        sse = float(checks.representable(residuals @ residuals))
        r2 = _explained(y, sse, centered=bool(first))
    spare = len(y) - parts.rank
    sigma = math.sqrt(sse / spare) if spare > 0 else None
    return OLSResult(
        coef=beta[first:],
        intercept=float(beta[0]) if first else 0.0,
        fitted=fitted,
        residuals=residuals,
        sse=sse,
        r2=r2,
        sigma=sigma,
        stderr=sigma * parts.spread if full and sigma is not None else None,
        leverage=(parts.left[:, : parts.rank] ** 2).sum(axis=1),
        rank=parts.rank,
        cond=float(np.linalg.cond(design)),
    )


def predict(result: OLSResult, X_new: ArrayLike) -> Array:
    """Apply a fitted model to new rows.

    Parameters
    ----------
    result : OLSResult
        From `linear_regression`.
    X_new : (m, p) or (m,) array_like
        New predictors, one a column.

    Returns
    -------
    (m,) ndarray
        Predictions.

    Raises
    ------
    ValueError
        If the columns do not fit or an entry is not finite.

    Examples
    --------
    >>> predict(linear_regression([0, 1, 2], [1, 3, 5]), [10]).round(6)
    array([21.])
    """
    new = _columns(X_new, "X_new")
    rule = "X_new must have one column per coefficient"
    fits = new.shape[1] == len(result.coef)
    checks.agree(fits, "X_new", new, "coef", result.coef, rule)
    checks.finite(X_new=new)
    with np.errstate(over="ignore", invalid="ignore"):
        predicted: Array = checks.representable(new @ result.coef + result.intercept)
    return predicted


def sse_surface(
    x: ArrayLike, y: ArrayLike, intercepts: ArrayLike, slopes: ArrayLike
) -> Array:
    """Return the sum of squared errors of many lines.

    Parameters
    ----------
    x, y : (n,) array_like
        Data.
    intercepts : (r,) array_like
        Of the lines, one for each row of the result.
    slopes : (c,) array_like
        Of the lines, one for each column of the result.

    Returns
    -------
    (r, c) ndarray
        A bowl, with its bottom at the least-squares line.

    Raises
    ------
    ValueError
        If the lengths differ or an entry is not finite.

    Examples
    --------
    >>> sse_surface([0, 1], [1, 3], [0, 1], [2])
    array([[2.],
           [0.]])
    """
    points = checks.shaped(x, "x", ndim=1), checks.shaped(y, "y", ndim=1)
    fits, rule = len(points[0]) == len(points[1]), "lengths must be equal"
    checks.agree(fits, "x", points[0], "y", points[1], rule)
    checks.finite(x=points[0], y=points[1])
    starts = checks.array(intercepts, "intercepts", ndim=1)
    slants = checks.array(slopes, "slopes", ndim=1)
    with np.errstate(over="ignore", invalid="ignore"):
        lines = starts[:, None, None] + slants[:, None] * points[0]
        surface: Array = ((points[1] - lines) ** 2).sum(axis=-1)
    checks.representable(surface)
    return surface


def sse_ellipses(x: ArrayLike, y: ArrayLike, rises: ArrayLike, n: int = 41) -> Array:
    """Return the lines whose squared errors lie some way above the smallest possible.

    Parameters
    ----------
    x, y : (m,) array_like
        Data; the predictor is not constant.
    rises : (k,) array_like
        How far above the smallest sum of squared errors, at least 0.
    n : int
        Points of each ellipse; the last one closes it. At least 2.

    Returns
    -------
    (k, n, 2) ndarray
        Intercepts and slopes: contour lines of the bowl.

    Raises
    ------
    ValueError
        If the lengths differ, an entry is not finite, a rise is negative or the
        predictor is constant.

    Examples
    --------
    >>> np.abs(sse_ellipses([-1, 1], [0, 0], [2], 5)).round(6).tolist()[0][:2]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    predictors, response = _data(x, y)
    heights = checks.array(rises, "rises", ndim=1)
    if heights.min() < 0:
        raise ValueError(f"rises must not be negative, got {heights.min()}")
    turns = np.linspace(0, 2 * np.pi, checks.integer(n, "n", low=2))
    design = np.hstack([np.ones((len(response), 1)), predictors])
    parts = _decomposed(design)
    if parts.rank < design.shape[1]:
        raise ValueError(_singular(predictors, parts.rank, 1))
    # The triangle of the design makes circles of the ellipses.
    triangle = np.linalg.qr(design, mode="r")
    circle = np.stack([np.cos(turns), np.sin(turns)])
    ring = np.linalg.solve(triangle, circle).T
    bottom = _solved(parts, design, response)
    rings: Array = bottom + np.sqrt(heights)[:, None, None] * ring
    return rings


def line_heights(x: ArrayLike, intercept: float, slope: float) -> Array:
    """Return the height of a line at many places.

    Parameters
    ----------
    x : (n,) array_like
        Places.
    intercept, slope : float
        Of the line.

    Returns
    -------
    (n,) ndarray
        ``intercept + slope * x``.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> line_heights([0, 2], 1.0, 0.5)
    array([1., 2.])
    """
    places = checks.array(x, "x", ndim=1)
    intercept = checks.scalar(intercept, "intercept")
    heights: Array = intercept + checks.scalar(slope, "slope") * places
    return heights


def line_text(intercept: float, slope: float) -> str:
    """Write a line for people.

    Parameters
    ----------
    intercept, slope : float
        Of the line.

    Returns
    -------
    str
        With the sign of the slope between the two.

    Examples
    --------
    >>> line_text(3.0, 0.5), line_text(8.0, -0.25)
    ('3 + 0.5 x', '8 − 0.25 x')
    """
    sign = "−" if slope < 0 else "+"
    return f"{number_text(intercept)} {sign} {number_text(abs(slope))} x"


def sample_line(
    n: int, sigma: float, outlier: float, *, rng: Seed = 0
) -> tuple[Array, Array]:
    """Draw points around the line 3 + x / 2 and put the last one where you like.

    Parameters
    ----------
    n : int
        Number of points, at least 2, evenly spread over 4 to 14.
    sigma : float
        Standard deviation of the noise, at least 0.
    outlier : float
        Height of the last point; 10 lies on the line.
    rng : int or numpy.random.Generator
        Seed or source of the noise.

    Returns
    -------
    x, y : (n,) ndarray
        The points.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> sample_line(3, 0.0, 10.0)
    (array([ 4.,  9., 14.]), array([ 5. ,  7.5, 10. ]))
    """
    x = np.linspace(4.0, 14.0, checks.integer(n, "n", low=2))
    sigma = checks.scalar(sigma, "sigma", low=0)
    y = 3.0 + 0.5 * x + sigma * checks.generator(rng).standard_normal(len(x))
    y[-1] = checks.scalar(outlier, "outlier")
    return x, y


def datasets(name: str) -> Dataset:
    """Return data whose fits are known.

    Parameters
    ----------
    name : str
        ``anscombe-1`` to ``anscombe-4``, ``norris`` or ``longley``.

    Returns
    -------
    Dataset
        Predictors, response, names and source.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> float(datasets("anscombe-3").x.mean())
    9.0
    """
    checks.choice(name, "name", DATASETS)
    if name == "norris":
        pairs = np.array(NORRIS.split(), dtype=float).reshape(-1, 2)
        source = "NIST Statistical Reference Datasets, Norris"
        return Dataset(pairs[:, 1], pairs[:, 0], ("true ozone", "measured"), source)
    if name == "longley":
        table = np.array(LONGLEY.split(), dtype=float).reshape(-1, 7)
        source = "Longley (1967); NIST Statistical Reference Datasets"
        return Dataset(table[:, 1:], table[:, 0], LONGLEY_NAMES, source)
    x, y = (np.array(row) for row in ANSCOMBE[name])
    return Dataset(x, y, ("x", "y"), "Anscombe (1973)")


def _columns(X: ArrayLike, name: str) -> Array:
    array = checks.shaped(X, name, ndim=(1, 2))
    return array[:, None] if array.ndim == 1 else array


def _data(X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    predictors = _columns(X, "X")
    response = checks.shaped(y, "y", ndim=1)
    rule = "X and y must have the same number of rows"
    checks.agree(len(predictors) == len(response), "X", predictors, "y", response, rule)
    checks.finite(X=predictors, y=response)
    return predictors, response


@dataclass(frozen=True)
class _Parts:
    """The design matrix with columns of length 1, taken apart."""

    lengths: Array
    left: Array
    singular: Array
    right: Array
    rank: int

    @property
    def spread(self) -> Array:
        """Standard error of each coefficient for an error of size 1."""
        return _norms(self.right / self.singular[:, None]) / self.lengths


def _decomposed(design: Array) -> _Parts:
    lengths = _lengths(design)
    # The normal equations would square the condition number; scaled columns lower it.
    left, singular, right = np.linalg.svd(design / lengths, full_matrices=False)
    small = singular[0] * max(design.shape) * np.finfo(float).eps
    return _Parts(lengths, left, singular, right, int((singular > small).sum()))


def _solved(parts: _Parts, design: Array, y: Array) -> Array:
    """Return the coefficients, the shortest ones where there is a choice."""
    if parts.rank == design.shape[1]:
        solution: Array = parts.right.T @ ((parts.left.T @ y) / parts.singular)
        return solution / parts.lengths
    # The shortest solution depends on the units, so the design is taken as it is.
    return np.linalg.lstsq(design, y, rcond=None)[0].astype(float)


def _lengths(design: Array) -> Array:
    """Return the length of each column, 1 for a column of zeros."""
    largest: Array = np.abs(design).max(axis=0)
    largest[largest == 0] = 1.0
    lengths = largest * _norms(design / largest)
    return np.where(lengths == 0, 1.0, lengths)


def _norms(columns: Array) -> Array:
    lengths: Array = np.sqrt((columns**2).sum(axis=0))
    return lengths


def _singular(predictors: Array, rank: int, first: int) -> str:
    """Say why there is no single best line."""
    columns = predictors.shape[1] + first
    text = f"design matrix is singular: rank {rank} of {columns}; "
    constant = predictors.max(axis=0) == predictors.min(axis=0)
    if first and len(predictors) > 1 and constant.any():
        j = np.flatnonzero(constant)[0]
        return f"{text}column {j} of X is constant, like the intercept"
    return f"{text}columns are linearly dependent"


def _explained(y: Array, sse: float, *, centered: bool) -> float | None:
    if centered and y.max() == y.min():
        return None
    around = y - y.mean() if centered else y
    total = float(around @ around)
    return 1.0 - sse / total if total > 0 else None


def _table(*rows: str) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(text) for text in row.split()) for row in rows)


_X = "10 8 13 9 11 14 6 4 12 7 5"
ANSCOMBE = {
    "anscombe-1": _table(_X, "8.04 6.95 7.58 8.81 8.33 9.96 7.24 4.26 10.84 4.82 5.68"),
    "anscombe-2": _table(_X, "9.14 8.14 8.74 8.77 9.26 8.10 6.13 3.10 9.13 7.26 4.74"),
    "anscombe-3": _table(_X, "7.46 6.77 12.74 7.11 7.81 8.84 6.08 5.39 8.15 6.42 5.73"),
    "anscombe-4": _table(
        "8 8 8 8 8 8 8 19 8 8 8",
        "6.58 5.76 7.71 8.84 8.47 7.04 5.25 12.50 5.56 7.91 6.89",
    ),
}
NORRIS = """
0.1 0.2  338.8 337.4  118.1 118.2  888.0 884.6  9.2 10.1  228.1 226.5  668.5 666.3
998.5 996.3  449.1 448.6  778.9 777.0  559.2 558.2  0.3 0.4  0.1 0.6  778.1 775.5
668.8 666.9  339.3 338.0  448.9 447.5  10.8 11.6  557.7 556.0  228.3 228.1
998.0 995.8  888.8 887.6  119.6 120.2  0.3 0.3  0.6 0.3  557.6 556.8  339.3 339.1
888.0 887.2  998.5 999.0  778.9 779.0  10.2 11.1  117.6 118.3  228.9 229.2
668.4 669.1  449.2 448.9  0.2 0.5
"""
LONGLEY = """
60323 83 234289 2356 1590 107608 1947     61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949   61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951   63639 98.1 346999 1932 3594 113270 1952
64989 99 365385 1870 3547 115094 1953     63761 100 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955  67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957  66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959  69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961  70551 116.9 554894 4007 2827 130081 1962
"""
LONGLEY_NAMES = (
    "price deflator",
    "gross national product",
    "unemployed",
    "armed forces",
    "population",
    "year",
    "employed",
)
DATASETS = (*ANSCOMBE, "norris", "longley")
SMALL = {
    "leverage": _table("1 2 3 4 5", "1 2 3 4 0"),
    "collinear": _table("1 2 3 4", "1 3 5 7"),
}
SOURCES = ("line", *ANSCOMBE, *SMALL)
RISES = (4.0, 60.0, 400.0, 2000.0)


def page_data(source: str, n: int, sigma: float, outlier: float) -> tuple[Array, Array]:
    """Return the points of the page.

    Parameters
    ----------
    source : str
        ``line`` for `sample_line`, a name of Anscombe's `datasets`, ``leverage`` (y = x
        for 1 to 5 with the last point lowered to 0) or ``collinear`` (y = 2 x - 1).
    n, sigma, outlier
        As for `sample_line`; the other sources do not use them.

    Returns
    -------
    x, y : ndarray
        The points.

    Raises
    ------
    ValueError
        If the source is unknown or a value is out of range.

    Examples
    --------
    >>> page_data("leverage", 11, 1.0, 10.0)[1]
    array([1., 2., 3., 4., 0.])
    """
    checks.choice(source, "source", SOURCES)
    if source == "line":
        return sample_line(n, sigma, outlier)
    if source in SMALL:
        x, y = (np.array(row) for row in SMALL[source])
        return x, y
    found = datasets(source)
    return found.x, found.y


class PageFit(NamedTuple):
    """The points of the page, their best line and the bowl of squared errors around it.

    Attributes
    ----------
    x, y : (n,) ndarray
        The points.
    fit : OLSResult
        Their fit.
    line : (float, float)
        Its intercept and slope, to 12 decimals: what is 0 shows as 0.
    left : (n, 2) ndarray
        Fitted value and residual of each point.
    rings : (4, 27, 2) ndarray
        Contour lines of the bowl, ``RISES`` above its bottom, as of `sse_ellipses`.
    """

    x: Array
    y: Array
    fit: OLSResult
    line: tuple[float, float]
    left: Array
    rings: Array


def page_fit(source: str, n: int, sigma: float, outlier: float) -> PageFit:
    """Fit the points of the page.

    Parameters
    ----------
    source, n, sigma, outlier
        As for `page_data`.

    Returns
    -------
    PageFit
        Points, fit and contour lines.

    Raises
    ------
    ValueError
        As `page_data`.

    Examples
    --------
    >>> found = page_fit("leverage", 11, 1.0, 10.0)
    >>> found.fit.fitted.round(6), found.left[4].round(6)
    (array([2., 2., 2., 2., 2.]), array([ 2., -2.]))
    """
    x, y = page_data(source, n, sigma, outlier)
    fit = linear_regression(x, y)
    left = np.stack([fit.fitted, fit.residuals], axis=1)
    line = round(fit.intercept, 12) + 0.0, round(float(fit.coef[0]), 12) + 0.0
    return PageFit(x, y, fit, line, left, sse_ellipses(x, y, RISES, 27))


def anscombe_summaries() -> Array:
    """Return what a fit tells of Anscombe's four data sets.

    Returns
    -------
    (4, 3) ndarray
        Intercept, slope and R squared of each.

    References
    ----------
    Anscombe (1973).

    Examples
    --------
    >>> anscombe_summaries()[0].round(2)
    array([3.  , 0.5 , 0.67])
    """
    fits = [linear_regression(*ANSCOMBE[name]) for name in ANSCOMBE]
    return np.array([(fit.intercept, fit.coef[0], fit.r2) for fit in fits])


def twice_the_same(x: ArrayLike, y: ArrayLike) -> tuple[str, Array]:
    """Fit the predictors x and 2 x together, which no data can tell apart.

    Parameters
    ----------
    x, y : (n,) array_like
        Data; the predictor is not constant.

    Returns
    -------
    message : str
        Why there is no single best pair of slopes.
    slopes : (2,) ndarray
        The shortest of all best solutions.

    Raises
    ------
    ValueError
        If the rows differ or an entry is not finite.

    Examples
    --------
    >>> twice_the_same([1, 2, 3, 4], [1, 3, 5, 7])[1].round(3)
    array([0.4, 0.8])
    """
    once = checks.shaped(x, "x", ndim=1)
    with np.errstate(over="ignore"):
        predictors, response = _data(np.stack([once, 2 * once], axis=1), y)
    found = linear_regression(predictors, response, on_singular="minimum_norm")
    return _singular(predictors, found.rank, 1), found.coef
