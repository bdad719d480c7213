"""Activations: the bends between layers, and what they do to a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.formula import Control, Formula, Quantity

if TYPE_CHECKING:
    from formulas.notation import Equation, Identity

ACTIVATIONS = ("relu", "sigmoid", "tanh")
FLAT = 350.0  # beyond, the slope of tanh is below 1e-300


def relu(x: ArrayLike, negative_slope: float = 0.0) -> float | Array:
    """Keep what is positive; cut off the rest, or shrink it.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.
    negative_slope : float
        Factor of negative entries, in [0, 1]; 0 cuts them off.

    Returns
    -------
    float or (...) ndarray
        In [0, inf) without a negative slope.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN, or the slope lies outside [0, 1].

    References
    ----------
    Nair and Hinton (2010); Glorot, Bordes and Bengio (2011).

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    x, slope = _checked(x), _slope(negative_slope)
    below = slope * np.minimum(x, 0.0) if slope else 0.0  # 0 times inf is not 0
    return _plain(np.where(x > 0, x, below))


def sigmoid(x: ArrayLike) -> float | Array:
    """Squash numbers into the interval from 0 to 1.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        One half at 0, growing from 0 to 1.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 3.10.

    Examples
    --------
    >>> sigmoid(np.log([1.0, 3.0, 99.0]))
    array([0.5 , 0.75, 0.99])
    """
    x = _checked(x)
    small = np.exp(-np.abs(x))  # at most 1: no overflow on either side
    return _plain(np.where(x >= 0, 1.0, small) / (1.0 + small))


def tanh(x: ArrayLike) -> float | Array:
    """Squash numbers into the interval from −1 to 1.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        Zero at 0, growing from −1 to 1, odd.

    Raises
    ------
    ValueError
        If the input is empty or contains NaN.

    Examples
    --------
    >>> tanh([-np.inf, 0.0, np.inf])
    array([-1.,  0.,  1.])
    """
    return _plain(np.tanh(_checked(x)))


def relu_grad(x: ArrayLike, negative_slope: float = 0.0) -> float | Array:
    """Return the slope of `relu`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.
    negative_slope : float
        The slope where ``x`` is negative, and at 0 by convention.

    Returns
    -------
    float or (...) ndarray
        1 where ``x`` is positive.

    Raises
    ------
    ValueError
        As `relu`.

    Examples
    --------
    >>> relu_grad([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    x, slope = _checked(x), _slope(negative_slope)
    return _plain(np.where(x > 0, 1.0, slope))


def sigmoid_grad(x: ArrayLike) -> float | Array:
    """Return the slope of `sigmoid`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        At most one quarter, at 0; even.

    Raises
    ------
    ValueError
        As `sigmoid`.

    Examples
    --------
    >>> sigmoid_grad(0.0)
    0.25
    """
    x = _checked(x)
    # One minus the sigmoid would lose digits where the sigmoid is near 1.
    return _plain(np.multiply(sigmoid(x), sigmoid(-x)))


def tanh_grad(x: ArrayLike) -> float | Array:
    """Return the slope of `tanh`.

    Parameters
    ----------
    x : (...) array_like
        Infinities allowed.

    Returns
    -------
    float or (...) ndarray
        At most 1, at 0; even.

    Raises
    ------
    ValueError
        As `tanh`.

    Examples
    --------
    >>> tanh_grad(0.0)
    1.0
    """
    size = np.abs(_checked(x))
    # One minus the squared tanh would be exactly 0 from about 19.
    slope = np.cosh(np.minimum(size, FLAT)) ** -2.0
    return _plain(np.where(size < FLAT, slope, 0.0))


def gradient_product(
    name: str, x: float, depth: int, *, negative_slope: float = 0.0
) -> Array:
    """Return the share of a gradient that arrives after each number of layers.

    Every layer has weight 1 and the same pre-activation.

    Parameters
    ----------
    name : {"relu", "sigmoid", "tanh"}
        The activation.
    x : float
        The pre-activation.
    depth : int
        Number of layers, at least 0.
    negative_slope : float
        Of the ReLU; the others do not use it.

    Returns
    -------
    (depth + 1,) ndarray
        Powers of the slope, from 1 for no layer.

    Raises
    ------
    ValueError
        If the name is unknown, the depth is negative or not whole, or ``x`` is not
        finite.

    Examples
    --------
    >>> gradient_product("sigmoid", 0.0, 2)
    array([1.    , 0.25  , 0.0625])
    """
    checks.choice(name, "name", ACTIVATIONS)
    x = checks.scalar(x, "x")
    depth = checks.integer(depth, "depth", low=0)
    if name == "relu":
        slope = relu_grad(x, negative_slope)
    else:
        slope = sigmoid_grad(x) if name == "sigmoid" else tanh_grad(x)
    powers: Array = np.power(slope, np.arange(depth + 1.0))
    return powers


def _checked(x: ArrayLike) -> Array:
    array: Array = checks.shaped(x, "x")
    checks.no_nan(x=array)
    return array


def _slope(negative_slope: float) -> float:
    return checks.scalar(negative_slope, "negative_slope", low=0, high=1)


def _plain(result: Array) -> float | Array:
    """Return a single number as such."""
    return result if np.ndim(result) else float(result)


def _compute(x: float, negative_slope: float, depth: int) -> dict[str, object]:
    return {
        "relu": relu(x, negative_slope),
        "sigmoid": sigmoid(x),
        "tanh": tanh(x),
        "relu_slope": relu_grad(x, negative_slope),
        "sigmoid_slope": sigmoid_grad(x),
        "tanh_slope": tanh_grad(x),
        "arriving": gradient_product("sigmoid", x, depth)[-1],
    }


def _equations() -> tuple[Equation, ...]:
    from sympy import Piecewise, exp

    from formulas.notation import Equation, symbols, unevaluated

    x, slope, depth = symbols("x negative_slope depth")
    bent, squashed, centered = symbols("relu sigmoid tanh")
    with unevaluated(False):
        return (
            Equation(bent, Piecewise((x, x > 0), (slope * x, True))),
            Equation(squashed, 1 / (1 + exp(-x))),
            Equation(centered, (exp(x) - exp(-x)) / (exp(x) + exp(-x))),
            Equation(symbols("relu_slope"), Piecewise((1, x > 0), (slope, True))),
            Equation(symbols("sigmoid_slope"), squashed * (1 - squashed)),
            Equation(symbols("tanh_slope"), 1 - centered**2),
            Equation(symbols("arriving"), symbols("sigmoid_slope") ** depth),
        )


def _identities() -> tuple[Identity, ...]:
    from sympy import Derivative, exp, tanh

    from formulas.notation import Identity, symbols

    x = symbols("x", positive=True)

    def logistic(z: Any) -> Any:
        return 1 / (1 + exp(-z))

    s = logistic(x)
    return (
        Identity(
            "The slope of the sigmoid follows from its value.",
            Derivative(s, x),
            s * (1 - s),
            r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
        ),
        Identity(
            "So does the slope of tanh.",
            Derivative(tanh(x), x),
            1 - tanh(x) ** 2,
            r"\tanh'(x) = 1 - \tanh^2(x)",
        ),
        Identity(
            "tanh is a sigmoid, stretched to (−1, 1) and centered.",
            tanh(x),
            2 * logistic(2 * x) - 1,
            r"\tanh(x) = 2\,\sigma(2x) - 1",
        ),
        Identity(
            "The two sides of the sigmoid add up to 1.",
            logistic(-x),
            1 - s,
            r"\sigma(-x) = 1 - \sigma(x)",
        ),
    )


FORMULA = Formula(
    title="Activation functions",
    question="Why do layers bend their outputs, and what does the bend cost the gradient?",
    purpose="Put a bend between linear layers so that depth adds power",
    headline=r"\mathrm{ReLU}(<x>) = \max(0, <x>), \quad "
    r"\sigma(<x>) = \frac{1}{1 + e^{-<x>}}, \quad "
    r"\tanh(<x>) = \frac{e^{<x>} - e^{-<x>}}{e^{<x>} + e^{-<x>}}",
    result="sigmoid",
    quantities=(
        Control("x", "x", "pre-activation", default=1.0, low=-6, high=6, step=0.1),
        Control(
            "negative_slope",
            "a",
            "slope of the ReLU for negative inputs, 0 for the plain one",
            default=0.0,
            low=0,
            high=0.3,
            step=0.01,
        ),
        Control("depth", "L", "number of layers", default=10, low=1, high=20, step=1),
        Quantity("relu", r"\mathrm{ReLU}(x)", "rectified linear unit"),
        Quantity("sigmoid", r"\sigma(x)", "sigmoid"),
        Quantity("tanh", r"\tanh(x)", "hyperbolic tangent"),
        Quantity("relu_slope", r"\mathrm{ReLU}'(x)", "slope of the ReLU"),
        Quantity("sigmoid_slope", r"\sigma'(x)", "slope of the sigmoid"),
        Quantity("tanh_slope", r"\tanh'(x)", "slope of tanh"),
        Quantity("arriving", "g", "share of the gradient behind L sigmoid layers"),
    ),
    equations=_equations,
    compute=_compute,
    identities=_identities,
    equivalents=(
        "numpy.maximum(x, 0)",
        "scipy.special.expit(x)",
        "numpy.tanh(x)",
        "scipy.special.expit(x) * scipy.special.expit(-x)",
        "1 / numpy.cosh(x) ** 2",
    ),
    source="Goodfellow, Bengio and Courville, Deep Learning (2016), sections 3.10 and "
    "6.3; Nair and Hinton (2010); Glorot, Bordes and Bengio (2011)",
    corrections=(
        "The original's three formulas were lost in its export; they are restored here.",
        (
            "The original gives no slope for the ReLU at 0, where it has a corner. Any "
            "value from 0 to 1 would do; the usual convention, used here, is 0."
        ),
        (
            "The ranges are worth stating: the ReLU reaches from 0 to infinity, the sigmoid "
            "stays between 0 and 1, tanh between −1 and 1."
        ),
    ),
    topics=("LLM", "ML", "RL"),
    aliases=(
        "ReLU",
        "leaky ReLU",
        "logistic",
        "non-linearity",
        "saturation",
        "vanishing gradient",
        "dead unit",
    ),
    needs=("linear_layer",),
)
