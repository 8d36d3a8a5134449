"""Model files that are broken, foreign or hostile: one clear sentence, and nothing is run."""

from __future__ import annotations

import json
import resource
import zipfile
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Dense, Opaque
from cnnstudio.core.files import check_file
from cnnstudio.engine.importer import import_model
from cnnstudio.engine.model_files import ModelError

if TYPE_CHECKING:
    from cnnstudio.engine.importer import Imported

Layer = dict[str, Any]


def layer(kind: str, name: str, *reads: str, **config: Any) -> Layer:
    """A layer as `model.to_json()` of Keras 2 has it."""
    nodes = [[[read, 0, 0, {}] for read in reads]] if reads else []
    return {
        "class_name": kind, "name": name, "config": {"name": name, **config},
        "inbound_nodes": nodes,
    }  # fmt: skip


ENTRY = layer("InputLayer", "in", batch_input_shape=[None, 4, 4, 2])


def functional(*layers: Layer, out: str, inputs: tuple[str, ...] = ("in",)) -> dict[str, Any]:
    config = {
        "name": "m",
        "layers": list(layers),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[out, 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def archive(path: Path, description: Any, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        text = description if isinstance(description, bytes) else json.dumps(description)
        file.writestr("config.json", text)
        for name, content in members.items():
            file.writestr(name, content)
    return path


def opened(description: Any, folder: Path) -> Imported:
    path = folder / "model.json"
    path.write_text(json.dumps(description))
    return import_model(path)


CHAIN = functional(
    ENTRY, layer("Flatten", "flat", "in"), layer("Dense", "out", "flat", units=3), out="out"
)


def test_a_description_of_keras_2_is_read(tmp_path: Path) -> None:
    network = opened(CHAIN, tmp_path).network
    assert [node.block.kind for node in network.nodes] == ["Input", "Flatten", "Dense"]
    assert analyse(network).total_weights == 32 * 3 + 3


def text(path: Path) -> None:
    path.write_text("not a model")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_short(path: Path) -> None:
    archive(path, CHAIN)
    path.write_bytes(path.read_bytes()[:-40])


def without_description(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", "{}")


def no_json(path: Path) -> None:
    archive(path, b"{")


def nested_without_end(path: Path) -> None:
    archive(path, b"[" * 100_000)


def half_a_json(path: Path) -> None:
    path.write_text('{"class_name": "Functional"')


def broken_weights(path: Path) -> None:
    archive(path, CHAIN, **{"model.weights.h5": b"not HDF5"})


def half_an_hdf5(path: Path) -> None:
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 40)


def folder(path: Path) -> None:
    path.mkdir()


def weights_only(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.zeros(3)


def climbing(path: Path) -> None:
    archive(path, CHAIN, **{"../../.bashrc": b"rm"})


def climbing_on_windows(path: Path) -> None:
    archive(path, CHAIN, **{"..\\x": b"rm"})


def absolute(path: Path) -> None:
    archive(path, CHAIN, **{"/etc/passwd": b"x"})


def of_very_many_files(path: Path) -> None:
    archive(path, CHAIN, **{f"f{number}": b"" for number in range(10_001)})


def unpacking_without_end(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(CHAIN))
        file.writestr("model.weights.h5", b"\0" * 50_000_000)


def of_a_huge_description(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", b" " * (64 * 2**20 + 1))


def of_a_class_of_its_own(path: Path) -> None:
    archive(path, {"class_name": "MyModel", "module": "mine", "config": {}})


def in_a_ring(path: Path) -> None:
    ring = [layer("Add", "a", "in", "b"), layer("ReLU", "b", "a")]
    archive(path, functional(ENTRY, *ring, out="b"))


def reading_what_is_not_there(path: Path) -> None:
    archive(path, functional(ENTRY, layer("ReLU", "a", "nowhere"), out="a"))


def of_no_layers(path: Path) -> None:
    model = functional(out="a", inputs=())
    model["config"]["output_layers"] = []
    archive(path, model)


def inside_itself(path: Path) -> None:
    model: Any = CHAIN
    for _level in range(30):
        inner = {**model, "name": "inner", "inbound_nodes": [[["in", 0, 0, {}]]]}
        model = functional(ENTRY, inner, out="inner")
    archive(path, model)


def inside_itself_again_and_again(path: Path) -> None:
    """A few kilobytes that come to millions of models, none of which has a layer."""
    model: Any = functional(ENTRY, out="in")
    for _level in range(18):
        calls = [[["in", 0, 0, {}]], [["inner", 0, 0, {}]], [["inner", 1, 0, {}]]]
        model = functional(
            ENTRY, {**model, "name": "inner", "inbound_nodes": calls}, out="inner"
        )  # fmt: skip
        model["config"]["output_layers"] = [["inner", 2, 0]]
    archive(path, model)


def of_a_layer_that_reads_nothing(path: Path) -> None:
    archive(path, functional(ENTRY, {**layer("Mine", "a"), "inbound_nodes": [
        {"args": [], "kwargs": {}}
    ]}, out="a"))  # fmt: skip


def of_a_huge_input(path: Path) -> None:
    entry = layer("InputLayer", "in", batch_input_shape=[None, 10**9, 3])
    archive(path, functional(entry, layer("ReLU", "a", "in"), out="a"))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (text, "is not a model of Keras"),
        (empty, "is not a model of Keras"),
        (cut_short, "cut short"),
        (without_description, "is not a model of Keras"),
        (no_json, "is not a model of Keras"),
        (nested_without_end, "is not a model of Keras"),
        (half_a_json, "is not a model of Keras"),
        (broken_weights, "is not a model of Keras"),
        (half_an_hdf5, "is not a model of Keras"),
        (folder, "is a folder"),
        (check_file, "does not exist"),
        (weights_only, "holds weights only"),
        (climbing, "leads out of the archive"),
        (climbing_on_windows, "leads out of the archive"),
        (absolute, "leads out of the archive"),
        (of_very_many_files, "it holds 10,002 files"),
        (unpacking_without_end, "would unpack"),
        (of_a_huge_description, "at most 67,108,864"),
        (of_a_class_of_its_own, "MyModel is code of its own"),
        (in_a_ring, "in a ring"),
        (reading_what_is_not_there, "spoilt: 'nowhere'"),
        (of_no_layers, "has no layers"),
        (inside_itself, "deeper than 20 levels"),
        (inside_itself_again_and_again, "more than 10,000 layers"),
        (of_a_layer_that_reads_nothing, "a reads nothing"),
        (of_a_huge_input, "is none that a design can have"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_is_no_model_for_us_is_refused_in_one_sentence(
    spoil: Callable[[Path], None], expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    if spoil is not check_file:
        spoil(path)
    with pytest.raises(ModelError) as caught:
        import_model(path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


FOREIGN = [
    layer("Lambda", "mine", "in", function=["4wEAAAA=", None, None], function_type="lambda"),
    {**layer("Dense", "mine", "in", units=3), "module": "mine.layers"},
    {**layer("Own", "mine", "in"), "module": None, "registered_name": "mine>Own"},
    layer("TFSMLayer", "mine", "in", filepath="/tmp/evil"),
]  # fmt: skip


@pytest.mark.parametrize("foreign", FOREIGN, ids=["lambda", "module", "registered", "saved"])
def test_code_in_a_model_is_kept_as_a_part_that_is_never_built(
    foreign: Layer, tmp_path: Path
) -> None:
    model = functional(
        ENTRY, layer("Conv2D", "c", "in", filters=2, kernel_size=3),
        {**foreign, "inbound_nodes": [[["c", 0, 0, {}]]]}, layer("Flatten", "f", "mine"), out="f",
    )  # fmt: skip
    found = opened(model, tmp_path)
    assert [node.block.kind for node in found.network.nodes] == [
        "Input", "Conv2D", "Opaque", "Flatten",
    ]  # fmt: skip
    part = found.network.nodes[2]
    assert isinstance(part.block, Opaque)
    assert foreign["class_name"] in part.block.part
    assert any("was not run (safe mode)" in remark for remark in found.remarks)
    (error,) = analyse(found.network).errors
    assert (error.code, error.block) == ("opaque_foreign", part.uid)


def test_a_lambda_in_a_real_file_is_not_run_when_it_is_opened_nor_when_it_is_built(
    keras: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.builder import UnbuildableError, build, make_layer
    from cnnstudio.engine.opaque_parts import PartError

    trace = tmp_path / "was run"

    def harm(x: Any) -> Any:
        trace.write_text("harm")
        return x

    entry = keras.Input((4, 4, 2))
    x = keras.layers.Lambda(harm, output_shape=(4, 4, 2))(entry)
    keras.Model(entry, keras.layers.Flatten()(x)).save(tmp_path / "model.keras")
    trace.unlink(missing_ok=True)
    found = import_model(tmp_path / "model.keras")
    part = found.network.nodes[1].block
    assert isinstance(part, Opaque)
    with pytest.raises(UnbuildableError, match="holds Lambda"):
        build(found.network)
    # Not even where somebody has written a shape into the design.
    with pytest.raises(PartError, match="Lambda"):
        make_layer(Opaque(received=(4, 4, 2), output=(4, 4, 2), part=part.part), "x")
    assert not trace.exists()


def weights_file(path: Path, fill: Callable[[h5py.File], None]) -> Path:
    """A `.keras` file with weights of CHAIN that are made by hand."""
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        file["layers/dense/vars/1"] = np.ones(3, np.float32)
        fill(file)
    content = path.with_suffix(".h5").read_bytes()
    return archive(path, CHAIN, **{"model.weights.h5": content})


def a_kernel(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = np.ones((32, 3))


def a_kernel_elsewhere(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")


def a_soft_link(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense/vars/1")


def raw_bytes_of_another_file(file: h5py.File) -> None:
    vars_ = file["layers/dense/vars"]
    vars_.create_dataset("0", (32, 3), "f4", external=[("/etc/passwd", 0, 384)])


def texts(file: h5py.File) -> None:
    file["layers/dense/vars"].create_dataset("0", (32, 3), h5py.string_dtype())


def of_another_shape(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = np.ones((33, 3))


def a_group_in_itself(file: h5py.File) -> None:
    file["layers/dense/vars/0"] = file["layers"]


def test_weights_are_read_as_32_bit_numbers(tmp_path: Path) -> None:
    found = import_model(weights_file(tmp_path / "m.keras", a_kernel))
    kernel, bias = found.weights[found.network.nodes[2].uid]
    assert kernel.dtype == bias.dtype == np.float32
    assert kernel.shape == (32, 3)
    assert found.remarks == ()


@pytest.mark.parametrize(
    "fill",
    [
        a_kernel_elsewhere,
        a_soft_link,
        raw_bytes_of_another_file,
        texts,
        of_another_shape,
        a_group_in_itself,
    ],
    ids=lambda fill: fill.__name__,
)
def test_weights_that_do_not_fit_or_lie_outside_the_file_are_left_out_and_told_of(
    fill: Callable[[h5py.File], None], tmp_path: Path
) -> None:
    found = import_model(weights_file(tmp_path / "m.keras", fill))
    assert found.weights == {}
    assert found.remarks == ("out: its weights are not in the file: it starts from new ones",)


def test_weights_in_another_file_are_not_looked_for(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        group = file.create_group("all/out")
        group.attrs["weight_names"] = ["kernel", "bias"]
        group["kernel"], group["bias"] = np.ones((32, 3), "f4"), np.ones(3, "f4")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(CHAIN)
        file["model_weights"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/all")
    assert import_model(tmp_path / "m.h5").weights == {}


def test_a_layer_of_others_whose_weights_are_no_numbers_is_kept_without_them(
    tmp_path: Path,
) -> None:
    model = functional(
        ENTRY, layer("Flatten", "flat", "in"), {**layer("Mine", "m", "flat"), "module": "mine"},
        layer("Dense", "out", "m", units=3), out="out",
    )  # fmt: skip
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["layers/mine/vars/0"] = np.array([True, False])
    path = archive(
        tmp_path / "m.keras", model, **{"model.weights.h5": (tmp_path / "m.h5").read_bytes()}
    )
    found = import_model(path)
    assert [node.block.kind for node in found.network.nodes][2] == "Opaque"
    assert any("its weights are not in the file" in remark for remark in found.remarks)


def test_a_file_with_damage_anywhere_is_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        a_kernel(file)
        kernel = np.arange(96, dtype="f4").reshape(32, 3)
        del file["layers/dense/vars/0"]
        file.create_dataset("layers/dense/vars/0", data=kernel, compression="gzip", fletcher32=True)

    stored = weights_file(tmp_path / "m.keras", fill)
    content = (tmp_path / "m.h5").read_bytes()
    packed = tmp_path / "packed.keras"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(CHAIN))
        file.writestr("model.weights.h5", content)
    chance = np.random.default_rng(3)
    refused = 0
    for path in (stored, packed):
        whole = np.frombuffer(path.read_bytes(), np.uint8)
        for _time in range(200):
            spoilt = whole.copy()
            spoilt[chance.integers(0, len(spoilt), 3)] ^= chance.integers(1, 255, 3, np.uint8)
            path.write_bytes(spoilt.tobytes())
            try:
                import_model(path)
            except ModelError:
                refused += 1
    assert refused > 100


def test_packed_weights_are_unpacked_once_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDF5 goes to and fro in its file, and each way back would unpack all from the start."""
    weights_file(tmp_path / "m.keras", a_kernel)
    path = tmp_path / "packed.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(CHAIN))
        file.writestr("model.weights.h5", (tmp_path / "m.h5").read_bytes())
    monkeypatch.delattr(zipfile.ZipExtFile, "seek")
    assert len(import_model(path).weights) == 1


def test_weights_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    def packed(file: h5py.File) -> None:
        shape = (4 * 4 * 2, 40_000_000)
        vars_ = file["layers/dense/vars"]
        del vars_["1"]
        vars_.create_dataset("0", shape, "f4", chunks=(32, 100_000), compression="gzip")
        vars_.create_dataset("1", (40_000_000,), "f4", chunks=(100_000,), compression="gzip")

    content_path = tmp_path / "m.keras"
    description = json.loads(json.dumps(CHAIN))
    description["config"]["layers"][2]["config"]["units"] = 40_000_000
    weights_file(content_path, packed)
    archive(content_path, description, **{"model.weights.h5": (tmp_path / "m.h5").read_bytes()})
    with pytest.raises(ModelError, match="would unpack"):
        import_model(content_path)


def test_a_part_is_measured_without_memory_for_its_weights(keras: Any, tmp_path: Path) -> None:
    """10 billion weights: whoever made room for them would have none left."""
    model = functional(
        ENTRY, layer("Flatten", "f", "in"), layer("RepeatVector", "r", "f", n=2),
        layer("LSTM", "m", "r", units=50_000, unroll=True), out="m",
    )  # fmt: skip
    found = opened(model, tmp_path)
    part = found.network.nodes[-1].block
    assert isinstance(part, Opaque)
    assert part.output == (50_000,)
    assert part.arrays[1][1:] == ((50_000, 200_000), True)
    errors = [problem.code for problem in analyse(found.network).errors]
    assert errors == ["too_many_weights"]
    # Keras would make them up whenever a scope of this kind ends.
    with keras.StatelessScope():
        later = keras.layers.Dense(2)
        later.build((None, 3))
    assert later.kernel.shape == (3, 2)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 8 * 2**20, "of kilobytes"


def test_an_initializer_of_somebody_elses_is_not_looked_up(tmp_path: Path) -> None:
    harm = {"module": "keras.utils", "class_name": "function", "config": "get_file"}
    model = json.loads(json.dumps(CHAIN))
    model["config"]["layers"][2]["config"]["kernel_initializer"] = harm
    found = opened(model, tmp_path)
    assert found.network.nodes[2].block == Dense(units=3)
    assert any("get_file" in remark for remark in found.remarks)


def test_a_graph_of_ten_thousand_layers_is_refused_and_one_of_a_thousand_is_not(
    tmp_path: Path,
) -> None:
    def chain(count: int) -> dict[str, Any]:
        names = ["in", *(f"r{number}" for number in range(count))]
        rest = [layer("ReLU", b, a) for a, b in pairwise(names)]
        return functional(ENTRY, *rest, out=names[-1])

    assert len(opened(chain(1000), tmp_path).network.nodes) == 1001
    with pytest.raises(ModelError, match="more than 10,000 layers"):
        opened(chain(10_000), tmp_path)


def test_a_model_of_very_many_parts_without_blocks_is_refused_in_time(
    keras: Any, tmp_path: Path
) -> None:
    def chain(kind: str, count: int, **config: Any) -> dict[str, Any]:
        names = ["in", *(f"x{number}" for number in range(count))]
        rest = [layer(kind, name, before, **config) for before, name in pairwise(names)]
        return functional(ENTRY, *rest, out=names[-1])

    with pytest.raises(ModelError, match="has 300 parts"):
        opened(chain("UpSampling3D", 300), tmp_path)

    # Every layer is called a second time, behind all of them.
    twice = chain("Dense", 250, units=2)
    second = [["x249", 0], *([f"x{number}", 1] for number in range(249))]
    for entry, before in zip(twice["config"]["layers"][1:], second, strict=True):
        entry["inbound_nodes"].append([[*before, 0, {}]])
    twice["config"]["output_layers"] = [["x249", 1, 0]]
    with pytest.raises(ModelError, match="has 250 parts"):
        opened(twice, tmp_path)


@pytest.mark.parametrize(
    "config",
    [
        {"filters": "many", "kernel_size": 3},
        {"filters": 4, "kernel_size": {"a": []}},
        {"filters": 10**30, "kernel_size": 3},
        {"filters": 4, "kernel_size": [3, 3], "kernel_initializer": [1, {"class_name": 3}]},
        {"filters": 4, "kernel_size": 3, "padding": ["same"]},
        {"filters": 4, "kernel_size": 9},
        {"filters": 4, "kernel_size": 3, "data_format": {}},
        {"filters": 4, "kernel_size": 3, "activation": {"class_name": "Mine"}},
    ],
    ids=str,
)
def test_a_layer_with_nonsense_for_arguments_is_kept_apart(
    keras: Any, config: dict[str, Any], tmp_path: Path
) -> None:
    model = functional(ENTRY, layer("Conv2D", "c", "in", **config), out="c")
    found = opened(model, tmp_path)
    assert [node.block.kind for node in found.network.nodes] in (
        ["Input", "Opaque"], ["Input", "Conv2D"],
    )  # fmt: skip


@pytest.mark.parametrize("spoilt", [None, 3, "x", [], {}, [[]], {"a": None}], ids=str)
@pytest.mark.parametrize("where", ["config", "layers", "node", "inbound", "output", "name"])
def test_a_spoilt_description_never_ends_in_an_error_of_our_own(
    keras: Any, where: str, spoilt: Any, tmp_path: Path
) -> None:
    model = json.loads(json.dumps(CHAIN))
    match where:
        case "config":
            model["config"] = spoilt
        case "layers":
            model["config"]["layers"] = spoilt
        case "node":
            model["config"]["layers"][1] = spoilt
        case "inbound":
            model["config"]["layers"][1]["inbound_nodes"] = spoilt
        case "output":
            model["config"]["output_layers"] = spoilt
        case "name":
            model["config"]["layers"][1]["name"] = spoilt
    with suppress(ModelError):
        opened(model, tmp_path)


@pytest.mark.parametrize(
    ("training", "kind"), [(False, "Dropout"), (None, "Dropout"), (True, "Opaque")]
)
def test_a_layer_that_is_told_to_train_in_use_too_is_no_block(
    keras: Any, training: bool | None, kind: str, tmp_path: Path
) -> None:
    model = functional(ENTRY, layer("Dropout", "d", "in", rate=0.5), out="d")
    model["config"]["layers"][1]["inbound_nodes"][0][0][3]["training"] = training
    found = opened(model, tmp_path)
    assert found.network.nodes[1].block.kind == kind
    assert any("training" in remark for remark in found.remarks) == (training is True)


def test_weights_that_keras_2_wrote_are_found_by_their_names(tmp_path: Path) -> None:
    """Names as bytes, with the number that TensorFlow gave each; a long list in two pieces."""
    path = tmp_path / "old.hdf5"
    kernel, bias = np.arange(96, dtype=np.float32).reshape(32, 3), np.ones(3, np.float32)
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(CHAIN).encode()
        file.attrs["keras_version"] = b"2.2.4"
        group = file.create_group("model_weights/out")
        group.attrs["weight_names0"] = [b"out/kernel:0"]
        group.attrs["weight_names1"] = [b"out/bias:0"]
        group["out/kernel:0"], group["out/bias:0"] = kernel, bias
    found = import_model(path)
    read = found.weights[found.network.nodes[2].uid]
    assert np.array_equal(read[0], kernel)
    assert np.array_equal(read[1], bias)
    assert found.remarks == ()


def test_weights_behind_what_cannot_be_built_are_kept(keras: Any, tmp_path: Path) -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Lambda(lambda x: x),
            layers.Flatten(),
            layers.Dense(3, name="head"),
        ]
    )
    path = tmp_path / "m.keras"
    model.save(path)
    found = import_model(path)
    uids = {node.name: node.uid for node in found.network.nodes}
    assert list(found.weights) == [uids["head"]]
    assert [array.shape for array in found.weights[uids["head"]]] == [(16, 3), (3,)]
    assert not any("starts from new" in remark for remark in found.remarks)
