"""Receptive field: how much of the input one entry sees through several layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulas import checks


@dataclass(frozen=True)
class ReceptiveField:
    """What one entry sees, layer by layer, the input first.

    Attributes
    ----------
    sizes : (layers + 1,) ndarray of int
        Entries of the input, along one axis, from the first seen to the last.
    jumps : (layers + 1,) ndarray of int
        Distance in the input between what neighboring entries see.
    """

    sizes: NDArray[np.int_]
    jumps: NDArray[np.int_]


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> ReceptiveField:
    """Follow the receptive field through a stack of convolutions or poolings.

    Parameters
    ----------
    layers : sequence of (kernel, stride, dilation)
        From the input on; each number at least 1.

    Returns
    -------
    ReceptiveField
        A layer adds ``(kernel - 1) * dilation`` of the jumps before it to the size, and
        its stride multiplies the jump.

    Raises
    ------
    ValueError
        If there is no layer, a layer is no triple, or a number is below 1 or not whole.

    References
    ----------
    Araujo, Norris and Sim (2019).

    Examples
    --------
    >>> receptive_field([(3, 2, 1), (3, 1, 2)]).sizes
    array([ 1,  3, 11])
    """
    triples = checks.array(layers, "layers", ndim=2)
    if triples.shape[1] != 3:
        raise ValueError("layers must be triples of kernel, stride and dilation")
    sizes, jumps = [1], [1]
    for kernel, stride, dilation in triples.tolist():
        kernel = checks.integer(kernel, "kernel", low=1)
        stride = checks.integer(stride, "stride", low=1)
        dilation = checks.integer(dilation, "dilation", low=1)
        sizes.append(sizes[-1] + (kernel - 1) * dilation * jumps[-1])
        jumps.append(stride * jumps[-1])
    if max(sizes[-1], jumps[-1]) > np.iinfo(int).max:
        raise ValueError("result must be finite")
    return ReceptiveField(np.array(sizes), np.array(jumps))
