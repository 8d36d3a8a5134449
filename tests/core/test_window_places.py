"""The places of a window, held against a convolution by TensorFlow that marks what it reads."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.window_places import WindowPlaces, window_places


def read_at(places: WindowPlaces, place: int) -> set[int]:
    """Return the rows of the input that a place reads, without the padding."""
    rows = {places.start(place) + tap - places.before for tap in places.taps}
    return {row for row in rows if 0 <= row < places.size}


@settings(deadline=None, max_examples=60)
@given(
    size=st.integers(1, 12),
    window=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same"]),
)
def test_each_place_reads_what_tensorflow_reads(
    size: int, window: int, stride: int, padding: str
) -> None:
    import tensorflow as tf

    places = window_places(size, window, stride, padding)
    if places is None:
        assert padding == "valid"
        assert window > size
        return
    # A one at one row of the input shows in which outputs that row is read.
    for row in range(places.size):
        image = np.zeros((1, places.size, 1, 1), np.float32)
        image[0, row] = 1
        out = tf.nn.conv2d(
            image, np.ones((window, 1, 1, 1), np.float32), (stride, 1), padding.upper()
        ).numpy()[0, :, 0, 0]
        assert len(out) == places.count
        ours = [row in read_at(places, place) for place in range(places.count)]
        assert ours == (out > 0).tolist()


@given(
    size=st.integers(1, 10**6),
    window=st.integers(1, 11),
    stride=st.integers(1, 11),
    dilation=st.integers(1, 5),
)
def test_a_piece_of_a_large_input_ends_as_the_whole_does(
    size: int, window: int, stride: int, dilation: int
) -> None:
    places = window_places(size, window, stride, "valid", dilation)
    covered = (window - 1) * dilation + 1
    if places is None:
        assert covered > size
        return
    assert places.size <= size
    assert places.size < covered + 3 * stride
    assert (size - covered) % stride == (places.size - covered) % stride


@given(size=st.integers(1, 12), window=st.integers(1, 5), stride=st.integers(1, 4))
def test_a_causal_window_ends_at_the_place_it_stands_for(
    size: int, window: int, stride: int
) -> None:
    places = window_places(size, window, stride, "causal")
    assert places is not None
    for place in range(places.count):
        assert max(read_at(places, place)) == place * stride
