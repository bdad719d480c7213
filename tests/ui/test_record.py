"""Long computations in slices: what is put together stays whole and in order."""

from ui.record import for_each, one_after_the_other


def finished(steps):
    """Return the shares that were told on the way, and the record."""
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as stop:
            return shares, stop.value


def test_a_computation_for_each_key_tells_its_progress_and_keeps_all_by_key():
    shares, table = finished(for_each((2, 4, 5, 9), lambda key: key**2))
    assert shares == [0.25, 0.5, 0.75, 1]
    assert table == {2: 4, 4: 16, 5: 25, 9: 81}


def test_nothing_is_computed_before_it_is_asked_for():
    done = []
    steps = for_each("abc", done.append)
    assert done == []
    next(steps)
    assert done == ["a"]


def test_several_computations_are_one_whose_share_never_falls():
    parts = (for_each(range(n), str) for n in (1, 3))
    shares, records = finished(one_after_the_other(*parts))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert records == ({0: "0"}, {0: "0", 1: "1", 2: "2"})
