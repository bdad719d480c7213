"""Numbers written for people, the same way in steps, readouts and tables."""

from __future__ import annotations

import math

import numpy as np


def number_text(value: complex, digits: int = 4) -> str:
    """Write a number for people: ``0.2424``, ``1.2e-7``, ``∞``, ``2 − 1 i``."""
    if isinstance(value, (complex, np.complexfloating)):
        sign = "−" if value.imag < 0 else "+"
        parts = [number_text(part, digits) for part in (value.real, abs(value.imag))]
        return f"{parts[0]} {sign} {parts[1]} i" if value.imag else parts[0]
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = float(f"{value:.{digits}g}")
    if rounded == 0:
        return "0"
    if 1e-4 <= abs(rounded) < 1e6:
        places = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
        text = f"{value:.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return text.replace("-", "−") if not text.count("e") else text
