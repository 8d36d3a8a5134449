"""What is shown and said of a network is right, over random networks with every kind of block.

Three things are held against Keras, for each kind of the catalogue at each sort of place (in a row,
in a Group, in a Repeat, in a Parallel of each merge), with random parameters, weights and images:

* Maps: each is what the Keras layer itself makes of the maps before it, called by itself.
* Explanations: what an explained number's parts come to is the number, and those of its inputs
  that are shown stand in the maps at the places that are told.
* Receptive fields: outside of what is told the gradient of the number by the image is zero, and
  where all blocks are linear and have positive weights it is not zero up to the very edges.

float32 keeps 24 bits, so each product and each sum is off by up to 2⁻²⁴ = 6e-8 of its size. A sum
of n terms, in whatever order, is off by at most n · 6e-8 of the sizes of its terms added up (Higham
2002, Accuracy and Stability of Numerical Algorithms, section 4.2), and by about √n · 6e-8 usually.
The networks here add up to some thousand terms: 1e-5 of the sizes added up is what float32 can keep
and what a wrong tap, weight or bias cannot. Where terms cancel out, the number itself can be much
smaller than what it was added up from, so no share of the number would hold. Where no two terms
have different signs, that sum is the number, and 1e-5 of the number itself is asked for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnstudio.core.blocks import (
    CATALOGUE,
    CONTAINERS,
    Dropout,
    Input,
    SpatialDropout2D,
)
from cnnstudio.core.explaining import (
    Explanation,
    Passed,
    Pooled,
    SeparableSum,
    Untold,
    WeightedSum,
)
from cnnstudio.core.seen_pixels import seen_pixels
from tests.core.keras_oracle import silenced_keras
from tests.engine.kinds_in_networks import KINDS, LINEAR, PLACES, networks_with
from tests.engine.layer_by_layer import SHARE, TINY, Oracle
from tests.engine.looking import has_masks, look_of, made

if TYPE_CHECKING:
    from cnnstudio.core.network import Network, PlacedBlock, Row
    from cnnstudio.engine.explain import Look

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.hypothesis,
    pytest.mark.filterwarnings("ignore:(?s).*softmax over axis:UserWarning"),
]

Array = NDArray[np.float32]

CASES = [
    (kind, place)
    for at, kind in enumerate(KINDS)
    for place in (PLACES[0], PLACES[1 + at % (len(PLACES) - 1)])
]
CASES += [(None, place) for place in PLACES]
"""Each kind in a row and in one sort of container; any kinds in every sort of container."""
RISING = (
    "in a row",
    "Group",
    "Repeat",
    "Parallel, Add",
    "Parallel, Concatenate",
    "Parallel, Average",
)
"""Places where numbers above zero cannot cancel out."""
PLACES_A_MAP = 4
LONGEST = 2048
"""Places along an axis that an enlarging may make; what made more is not taken apart."""

assert settings.default is not None
MOST = settings.default.max_examples // 25
# Every example builds a model, so a failing one is not made smaller.
EXAMPLES = settings(
    max_examples=MOST,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@pytest.fixture(autouse=True, scope="module")
def _keras() -> Any:
    return silenced_keras()


def name_of(case: Any) -> str:
    return case if isinstance(case, str) else case.__name__ if case else "any"


@pytest.mark.parametrize(("kind", "place"), CASES, ids=name_of)
def test_maps_explanations_and_fields_are_those_of_keras(kind: Any, place: str) -> None:
    checked: Counter[Any] = Counter()

    @given(networks_with(kind, place), st.integers(0, 99), st.booleans())
    @EXAMPLES
    def check(network: Network, seed: int, positive: bool) -> None:
        from cnnstudio.engine.features import explorer_of

        if has_masks(network):
            reject()
        built, entered = made(network, seed, positive=positive)
        maps = maps_of(lambda: explorer_of(built).maps(entered))
        check_maps(built, maps, entered)
        check_explanations(look_of(built, maps), seed)
        check_fields(built, entered, seed)
        checked.update(kinds_of(network))

    check()
    assert checked[kind or place.split(",")[0]] >= MOST, "what was asked for"


@pytest.mark.parametrize("kind", LINEAR, ids=name_of)
@pytest.mark.parametrize("place", RISING)
def test_of_linear_blocks_a_field_is_the_box_of_the_gradient(kind: Any, place: str) -> None:
    compared = 0

    @given(networks_with(kind, place, LINEAR), st.integers(0, 99))
    @settings(EXAMPLES, max_examples=MOST // 2)
    def check(network: Network, seed: int) -> None:
        nonlocal compared
        built, entered = made(network, seed, positive=True)
        compared += check_fields(built, entered, seed, exactly=True)

    check()
    assert compared


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_maps_and_explanations_are_right_while_a_network_learns(kind: Any) -> None:
    checked: Counter[Any] = Counter()

    @given(networks_with(kind, PLACES[0]), st.integers(0, 99))
    @settings(EXAMPLES, max_examples=MOST // 2)
    def check(network: Network, seed: int) -> None:
        from cnnstudio.engine.learning_pass import learning_pass_of

        if has_masks(network):
            reject()
        built, entered = made(network, seed)
        maps = maps_of(lambda: learning_pass_of(built).maps(entered, seed))
        check_maps(built, maps, entered, trains=True)
        check_explanations(look_of(built, maps, trains=True), seed)
        checked.update(kinds_of(network))

    check()
    assert checked[kind] >= MOST // 2


def test_every_kind_of_the_catalogue_and_every_container_is_among_the_cases() -> None:
    kinds = {kind for kind, _place in CASES}
    assert {*kinds, Input, *CONTAINERS} - {None} == set(CATALOGUE.values())
    by_place = Counter(place.split(",")[0] for _kind, place in CASES)
    assert set(by_place) == {"in a row", *(kind.__name__ for kind in CONTAINERS)}
    assert min(by_place.values()) > 1


def maps_of(passed: Callable[[], dict[str, Array]]) -> dict[str, Array]:
    """Return what a pass brings, but for an Embedding that is asked for a word it has not."""
    import tensorflow as tf

    try:
        return passed()
    except tf.errors.InvalidArgumentError:
        return reject()


def kinds_of(network: Network) -> set[Any]:
    """Return the kinds of all blocks that are not muted; of containers their names."""
    kinds: set[Any] = {"in a row"}

    def walk(row: Row) -> None:
        for node in row:
            if not node.muted:
                kinds.add(node.block.kind if node.is_container else type(node.block))
                for lane in node.lanes:
                    walk(lane)

    walk(network.nodes)
    return kinds


def check_maps(built: Any, maps: dict[str, Array], entered: Array, *, trains: bool = False) -> None:
    nodes = built.network.nodes
    assert np.array_equal(maps[nodes[0].uid], entered)
    uids = {node.uid for _path, node in built.network.walk()}
    assert uids <= set(maps)
    with np.errstate(all="ignore"):
        Oracle(built, maps, trains=trains).row(nodes, maps[nodes[0].uid])
    if trains:
        for _path, node in built.network.walk():
            check_drawn(node, maps, look_of(built, maps).feeds)


def check_drawn(node: PlacedBlock, maps: dict[str, Array], feeds: Any) -> None:
    """See that what Dropout leaves is what came in, enlarged."""
    if node.muted or not isinstance(node.block, Dropout | SpatialDropout2D):
        return
    before, after, rate = maps[feeds[node.uid].inputs[0]], maps[node.uid], node.block.rate
    left = before / np.float32(1 - rate) if rate < 1 else before
    kept = np.isclose(after, left, rtol=SHARE, equal_nan=True)
    assert (kept | (after == 0)).all()
    if isinstance(node.block, SpatialDropout2D):
        whole = kept.all(axis=(0, 1)) | (after == 0).all(axis=(0, 1))
        assert whole.all(), "a map is dropped whole or not at all"


def check_explanations(look: Look, seed: int) -> None:
    draw = np.random.default_rng(seed)
    for _path, node in look.network.walk():
        shape = look.maps[node.uid].shape
        corners = [tuple(0 for _n in shape), tuple(n - 1 for n in shape)]
        drawn = [tuple(int(draw.integers(n)) for n in shape) for _each in range(PLACES_A_MAP)]
        for index in (*corners, *drawn):
            told = look.explain(node.uid, index)
            said = (node.block, told)
            assert told.value == look.maps[node.uid][index] or math.isnan(told.value), said
            assert told.agrees, said
            if isinstance(told.parts, Untold) and not look.trains:
                assert max(shape) > LONGEST, said
            check_sum(told)
            check_inputs(told, look.maps, look.feeds[node.uid].inputs)


def check_sum(told: Explanation) -> None:
    """Hold the sum of what is told against the number, without regard to the margin told."""
    parts = told.parts
    if told.activation or not math.isfinite(told.value + told.total):
        return
    off = abs(told.total - told.value)
    assert off <= SHARE * parts.magnitude + TINY, told
    terms = terms_of(parts)
    if terms is not None and len({math.copysign(1, term) for term in terms if term}) == 1:
        assert off <= SHARE * abs(told.value) + TINY, told
        assert parts.magnitude == pytest.approx(abs(told.total), rel=1e-6)


def terms_of(parts: Any) -> list[float] | None:
    """Return what is added up, as far as that is one sum."""
    match parts:
        case WeightedSum():
            return [*parts.products.ravel().tolist(), parts.bias or 0.0]
        case SeparableSum():
            inner = parts.inputs[..., None].astype(np.float64) * parts.depthwise * parts.pointwise
            return [*inner.ravel().tolist(), parts.bias or 0.0]
        case Pooled(is_max=False):
            return [float(value) for value in parts.values[parts.seen.inside]]
        case _:
            return None


def check_inputs(told: Explanation, maps: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Look up every input that is told at its place in the map it is of."""
    parts = told.parts
    if isinstance(parts, Passed):
        if parts.index is not None and told.activation is None and names:
            entered = maps[names[parts.lane or 0]]
            assert np.array_equal(entered[parts.index], np.float32(parts.x), equal_nan=True), told
        return
    if not isinstance(parts, WeightedSum | SeparableSum | Pooled):
        return
    entered, seen = maps[names[0]], parts.seen
    assert seen.sizes == entered.shape[:-1]
    assert all(list(axis) == sorted(axis) for axis in seen.places), "as one reads"
    shown = parts.values[..., None] if isinstance(parts, Pooled) else parts.inputs
    for tap in np.ndindex(*shown.shape[:-1]):
        place = tuple(axis[at] for axis, at in zip(seen.places, tap, strict=True))
        is_inside = all(0 <= at < size for at, size in zip(place, seen.sizes, strict=True))
        assert is_inside == seen.inside[tap]
        there = entered[place][seen.first : seen.first + shown.shape[-1]] if is_inside else 0.0
        assert np.array_equal(shown[tap], np.broadcast_to(there, shown[tap].shape)), told
        if isinstance(parts, Pooled) and parts.is_max and parts.winners[tap]:
            assert is_inside
            assert float(shown[tap][0]) == told.value, "the winner is what is kept"
    if isinstance(parts, Pooled) and parts.is_max and math.isfinite(told.value):
        assert parts.winners.any()


def check_fields(built: Any, image: Array, seed: int, *, exactly: bool = False) -> int:
    """Hold the fields of numbers of every block's map against the numbers' gradients.

    Returns how many there were that see a part of the image.
    """
    draw, asked = np.random.default_rng(seed), []
    for _path, node in built.network.walk():
        seen = seen_pixels(built.network, node.uid)
        if seen is not None and seen.image and not isinstance(node.block, Input):
            assert seen.shape == built.outputs[node.uid].shape[1:]
            ends = tuple(0 for _n in seen.shape), tuple(n - 1 for n in seen.shape)
            index = tuple(int(draw.integers(n)) for n in seen.shape)
            asked += [(node.uid, seen, place) for place in {index, *(ends if exactly else ())}]
    parts = 0
    for (uid, seen, index), slope in zip(asked, slopes(built, image, asked), strict=True):
        pixels = seen.of(index)
        inside = np.zeros(seen.image, bool)
        inside[tuple(slice(a, b + 1) for a, b in zip(*pixels, strict=True))] = True
        # Of a vector every number is a pixel.
        sizes = np.abs(slope).reshape(*seen.image, -1).max(axis=-1)
        said = built.network.at(built.network.paths[uid]).block, index, pixels
        # Where the curve by which maps are enlarged is zero, float32 has some billionths.
        assert sizes[~inside].max(initial=0.0) <= 1e-6 * sizes.max(), said
        parts += not inside.all()
        if exactly and seen.spans:
            assert bool(inside.any()) == bool(sizes.any()), said
            if inside.any():
                places = np.nonzero(sizes)
                assert pixels.first == tuple(int(axis.min()) for axis in places), said
                assert pixels.last == tuple(int(axis.max()) for axis in places), said
    return parts


def slopes(built: Any, image: Array, asked: Any) -> list[Array]:
    """Return the gradient of each of some numbers by the image, NaN where there is none as 0."""
    import tensorflow as tf

    from cnnstudio.engine.builder import make_model
    from cnnstudio.engine.safe_convolutions import sparing

    if not asked:
        return []
    uids = list(dict.fromkeys(uid for uid, _seen, _index in asked))
    model = make_model(built.model.inputs, [built.outputs[uid] for uid in uids])
    entered = tf.constant(image[None])
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(entered)
        with sparing(built.model):
            outputs = dict(zip(uids, tf.nest.flatten(model(entered, training=False)), strict=True))
        numbers = [outputs[uid][(0, *index)] for uid, _seen, index in asked]
    found = [tape.gradient(number, entered) for number in numbers]
    return [
        np.zeros_like(image) if slope is None else np.nan_to_num(np.asarray(slope)[0])
        for slope in found
    ]
