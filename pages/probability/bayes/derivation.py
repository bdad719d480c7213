"""Bayes’ theorem: what is derived, line by line."""

from __future__ import annotations

from sympy import symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the theorem from the definition of conditional probability, and its odds."""
    # How often each of the four cases happens: ill or healthy, positive or negative.
    ill_pos, ill_neg, well_pos, well_neg = symbols("a b c d", positive=True)
    total = ill_pos + ill_neg + well_pos + well_neg
    both, ill = ill_pos / total, (ill_pos + ill_neg) / total
    well, positive = 1 - ill, (ill_pos + well_pos) / total
    s, f = ill_pos / (ill_pos + ill_neg), well_pos / (well_pos + well_neg)
    p, sensitivity, false_rate = symbols("p s f", positive=True)
    evidence = sensitivity * p + false_rate * (1 - p)
    posterior = sensitivity * p / evidence
    return (
        Derivation(
            "The posterior follows from prior, sensitivity and false-positive rate.",
            both / positive,
            (
                Step(
                    "The definition of $P(B \\mid A)$, multiplied by $P(A)$, gives the "
                    "joint probability.",
                    s * ill / positive,
                    r"\frac{P(B \mid A)\, P(A)}{P(B)}",
                ),
                Step(
                    "$B$ happens either together with $A$ or without it, and the "
                    "probabilities of these two cases add.",
                    s * ill / (both + well_pos / total),
                    r"\frac{P(B \mid A)\, P(A)}{P(A \cap B) + P(\neg A \cap B)}",
                ),
                Step(
                    "The same definition gives both joint probabilities in the "
                    "denominator.",
                    s * ill / (s * ill + f * well),
                    r"\frac{P(B \mid A)\, P(A)}"
                    r"{P(B \mid A)\, P(A) + P(B \mid \neg A)\, P(\neg A)}",
                ),
            ),
            r"P(A \mid B) = \frac{P(A \cap B)}{P(B)}",
        ),
        Derivation(
            "With $p = P(A)$, $s = P(B \\mid A)$ and $f = P(B \\mid \\neg A)$: a positive "
            "test multiplies the odds by the likelihood ratio $s / f$.",
            posterior / (1 - posterior),
            (
                Step(
                    "The theorem holds for the condition and for its opposite, with the "
                    "same evidence.",
                    (sensitivity * p / evidence) / (false_rate * (1 - p) / evidence),
                    r"\frac{s\, p \,/\, P(B)}{f\, (1 - p) \,/\, P(B)}",
                ),
                Step(
                    "The evidence stands above and below the fraction bar, and cancels.",
                    sensitivity * p / (false_rate * (1 - p)),
                    r"\frac{s\, p}{f\, (1 - p)}",
                ),
                Step(
                    "What belongs to the test is separated from what was known before.",
                    sensitivity / false_rate * (p / (1 - p)),
                    r"\frac{s}{f} \cdot \frac{p}{1 - p}",
                ),
            ),
            r"\frac{P(A \mid B)}{P(\neg A \mid B)}",
        ),
    )
