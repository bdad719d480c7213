"""Long computations in slices: what is put together stays whole and in order."""

from notation.simulation import finished, for_each, one_after_the_other


def told(steps):
    """Return the fractions that were told on the way, and the result."""
    fractions = []
    while True:
        try:
            fractions.append(next(steps))
        except StopIteration as stop:
            return fractions, stop.value


def test_a_computation_for_each_key_tells_its_progress_and_keeps_all_by_key():
    fractions, table = told(for_each((2, 4, 5, 9), lambda key: key**2))
    assert fractions == [0.25, 0.5, 0.75, 1]
    assert table == {2: 4, 4: 16, 5: 25, 9: 81}


def test_nothing_is_computed_before_it_is_asked_for():
    done = []
    steps = for_each("abc", done.append)
    assert done == []
    next(steps)
    assert done == ["a"]


def test_several_computations_are_one_whose_fraction_never_falls():
    parts = (for_each(range(n), str) for n in (1, 3))
    fractions, results = told(one_after_the_other(*parts))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert results == ({0: "0"}, {0: "0", 1: "1", 2: "2"})


def test_running_to_the_end_gives_what_the_slices_give():
    assert finished(for_each("ab", str.upper)) == {"a": "A", "b": "B"}
