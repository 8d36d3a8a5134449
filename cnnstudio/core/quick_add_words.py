"""The words a person may type for a block kind, a parameter or an option.

Most are derived from the catalogue: `SeparableConv2D` is also `separable conv`, `sepconv` and
`sep conv 2d`, `BatchNormalization` is `batch norm` and `bn`. The tables add what the field says
besides, in English and in Chinese, whatever language the studio speaks; kinds of theirs that the
catalogue lacks do no harm.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cnnstudio.core.blocks import CATALOGUE, Activation, Block
from cnnstudio.core.blocks.choices import ACTIVATIONS

EXACT, BEGINS, INSIDE, ALIKE = range(4)
"""How well a word fits a kind, the best first."""
COMMON = (
    "Input", "Conv2D", "MaxPooling2D", "AveragePooling2D", "BatchNormalization", "Activation",
    "Dropout", "Flatten", "GlobalAveragePooling2D", "Dense", "Parallel", "Repeat",
)  # fmt: skip
"""The dozen kinds that most networks are made of, in the order in which they are looked for."""

SHORTER = {
    "convolution": ("conv",),
    "convolutional": ("conv",),
    "pooling": ("pool",),
    "average": ("avg", "mean"),
    "normalization": ("norm",),
    "separable": ("sep",),
    "depthwise": ("dw", "depth"),
    "activation": ("act",),
    "transpose": ("trans", "t"),
    "padding": ("pad",),
    "global": ("glob", "g"),
    "spatial": ("sp",),
    "gaussian": ("gauss",),
    "dimension": ("dim",),
    "embedding": ("emb",),
    "attention": ("attn",),
    "multi": ("multi", "m"),
    "random": ("rand",),
}
"""Parts of Keras's names, and what people write for them."""

SAID = {
    "Input": ("in", "image", "输入", "输入层", "图像"),
    "Rescaling": ("rescale", "scale pixels", "缩放", "像素缩放"),
    "Normalization": ("standardize", "标准化"),
    "Conv1D": ("1d conv", "一维卷积", "1d卷积", "卷积1d"),
    "Conv2D": ("conv", "convolution", "convolve", "2d conv", "卷积", "卷积层", "二维卷积",
               "卷积2d"),
    "Conv3D": ("3d conv", "三维卷积", "3d卷积", "卷积3d"),
    "SeparableConv1D": ("一维可分离卷积",),
    "SeparableConv2D": ("sep conv", "separable", "sepconv", "xception conv", "可分离卷积",
                        "深度可分离卷积"),
    "DepthwiseConv1D": ("一维深度卷积",),
    "DepthwiseConv2D": ("dw conv", "depthwise", "dwconv", "深度卷积", "逐通道卷积"),
    "Conv1DTranspose": ("deconv1d", "一维转置卷积"),
    "Conv2DTranspose": ("deconv", "deconvolution", "upconv", "conv transpose", "transposed conv",
                        "convtranspose", "转置卷积", "反卷积"),
    "Conv3DTranspose": ("deconv3d", "三维转置卷积"),
    "MaxPooling1D": ("maxpool1d", "一维最大池化"),
    "MaxPooling2D": ("pool", "maxpool", "max", "mp", "池化", "池化层", "最大池化"),
    "MaxPooling3D": ("maxpool3d", "三维最大池化"),
    "AveragePooling1D": ("avgpool1d", "一维平均池化"),
    "AveragePooling2D": ("avgpool", "meanpool", "ap", "平均池化", "均值池化"),
    "AveragePooling3D": ("avgpool3d", "三维平均池化"),
    "GlobalAveragePooling1D": ("gap1d", "一维全局平均池化"),
    "GlobalAveragePooling2D": ("gap", "global pool", "globalpool", "全局平均池化", "全局池化"),
    "GlobalAveragePooling3D": ("gap3d", "三维全局平均池化"),
    "GlobalMaxPooling1D": ("gmp1d", "一维全局最大池化"),
    "GlobalMaxPooling2D": ("gmp", "globalmax", "全局最大池化"),
    "GlobalMaxPooling3D": ("gmp3d", "三维全局最大池化"),
    "AdaptiveAveragePooling2D": ("自适应平均池化",),
    "AdaptiveMaxPooling2D": ("自适应最大池化",),
    "Activation": ("act", "nonlinearity", "激活", "激活函数", "激活层"),
    "ReLU": ("relu layer",),
    "LeakyReLU": ("lrelu", "leaky", "带泄漏的relu"),
    "PReLU": ("parametric relu",),
    "Softmax": ("softmax layer",),
    "BatchNormalization": ("bn", "batchnorm", "批归一化", "批量归一化", "批标准化", "归一化"),
    "LayerNormalization": ("ln", "layernorm", "层归一化"),
    "GroupNormalization": ("gn", "groupnorm", "组归一化"),
    "RMSNormalization": ("rmsnorm", "rms", "均方根归一化"),
    "UnitNormalization": ("unitnorm", "l2norm", "单位归一化"),
    "SpectralNormalization": ("谱归一化",),
    "Dropout": ("drop", "丢弃", "随机失活", "丢弃层"),
    "SpatialDropout1D": ("drop1d", "一维空间丢弃"),
    "SpatialDropout2D": ("spatial drop", "drop2d", "空间丢弃"),
    "SpatialDropout3D": ("drop3d", "三维空间丢弃"),
    "AlphaDropout": ("alpha drop",),
    "GaussianDropout": ("高斯丢弃",),
    "GaussianNoise": ("noise", "高斯噪声", "噪声"),
    "ActivityRegularization": ("regularize", "l1l2", "正则化"),
    "Dense": ("fc", "linear layer", "fully connected", "fullyconnected", "mlp", "全连接",
              "全连接层", "稠密"),
    "EinsumDense": ("einsum",),
    "Embedding": ("embed", "嵌入"),
    "Flatten": ("flat", "展平", "拉平", "展平层", "扁平化"),
    "Reshape": ("view", "重塑", "变形"),
    "Permute": ("transpose axes", "置换", "转置"),
    "RepeatVector": ("重复向量",),
    "ZeroPadding1D": ("pad1d", "一维补零"),
    "ZeroPadding2D": ("pad", "zeropad", "padding", "补零", "零填充", "填充"),
    "ZeroPadding3D": ("pad3d", "三维补零"),
    "Cropping1D": ("crop1d", "一维裁剪"),
    "Cropping2D": ("crop", "裁剪"),
    "Cropping3D": ("crop3d", "三维裁剪"),
    "UpSampling1D": ("upsample1d", "一维上采样"),
    "UpSampling2D": ("upsample", "up", "unpool", "上采样"),
    "UpSampling3D": ("upsample3d", "三维上采样"),
    "Resizing": ("resize", "调整大小", "缩放图像"),
    "CenterCrop": ("中心裁剪",),
    "RandomFlip": ("flip", "翻转", "随机翻转"),
    "RandomRotation": ("rotate", "rotation", "旋转", "随机旋转"),
    "RandomZoom": ("zoom", "随机缩放"),
    "RandomTranslation": ("translate", "shift", "平移", "随机平移"),
    "RandomContrast": ("contrast", "对比度", "随机对比度"),
    "RandomBrightness": ("brightness", "亮度", "随机亮度"),
    "RandomCrop": ("随机裁剪",),
    "RandomErasing": ("cutout", "erase", "随机擦除"),
    "MultiHeadAttention": ("mha", "self attention", "多头注意力", "注意力"),
    "LSTM": ("长短期记忆",),
    "GRU": ("门控循环单元",),
    "Identity": ("skip", "noop", "恒等"),
    "Parallel": ("branch", "branches", "lanes", "split", "并行", "分支", "并联"),
    "Repeat": ("times", "stack", "loop", "重复"),
    "Group": ("module", "组", "分组", "组合"),
}  # fmt: skip
"""Other words for a kind, by its Keras name."""

MEANT: Mapping[str, tuple[str, Mapping[str, object]]] = MappingProxyType({
    "residual": ("Parallel", {"merge": "Add"}),
    "resblock": ("Parallel", {"merge": "Add"}),
    "shortcut": ("Parallel", {"merge": "Add"}),
    "残差": ("Parallel", {"merge": "Add"}),
    "残差块": ("Parallel", {"merge": "Add"}),
    "inception": ("Parallel", {"merge": "Concatenate"}),
    "concat": ("Parallel", {"merge": "Concatenate"}),
    "拼接": ("Parallel", {"merge": "Concatenate"}),
})  # fmt: skip
"""Words that stand for a kind with some parameters set."""

PARAMETERS = {
    "filters": ("f", "filter", "maps", "channels", "out", "滤波器", "通道", "通道数", "核数"),
    "kernel_size": ("k", "ks", "kernel", "卷积核", "核", "核大小"),
    "pool_size": ("k", "window", "size", "窗口", "池化窗口", "窗口大小"),
    "strides": ("s", "stride", "step", "步长", "步幅"),
    "padding": ("p", "pad", "填充", "补零"),
    "activation": ("a", "act", "激活", "激活函数"),
    "dilation_rate": (
        "d",
        "dil",
        "dilation",
        "dilated",
        "atrous",
        "膨胀",
        "膨胀率",
        "空洞",
        "扩张",
    ),
    "groups": ("g", "group", "分组", "组", "组数"),
    "depth_multiplier": ("m", "multiplier", "深度倍数"),
    "use_bias": ("bias", "偏置"),
    "units": ("u", "n", "unit", "neurons", "out", "单元", "神经元", "单元数"),
    "rate": ("r", "p", "丢弃率", "比率"),
    "momentum": ("m", "动量"),
    "epsilon": ("eps",),
    "size": ("x", "factor", "倍数"),
    "shape": ("size", "形状", "尺寸"),
    "count": ("n", "x", "times", "次", "次数", "遍"),
    "merge": ("by", "合并", "合并方式"),
    "negative_slope": ("alpha", "slope", "斜率"),
    "num_heads": ("heads", "h", "头数", "头"),
    "key_dim": ("dim", "键维"),
    "factor": ("f", "系数"),
    "scale": ("x", "比例"),
    "kernel_initializer": ("init",),
    "stddev": ("std", "sigma", "标准差"),
}
"""Short names of parameters, by their Keras names."""

OPTIONS = {
    "swish": "silu", "lrelu": "leaky_relu", "leaky": "leaky_relu", "hswish": "hard_silu",
    "hardswish": "hard_silu", "hsigmoid": "hard_sigmoid", "sum": "Add", "plus": "Add",
    "concat": "Concatenate", "cat": "Concatenate", "mean": "Average", "avg": "Average",
    "max": "Maximum", "mul": "Multiply", "product": "Multiply", "sub": "Subtract",
    "he": "he_normal", "kaiming": "he_normal", "xavier": "glorot_uniform",
    "glorot": "glorot_uniform", "相加": "Add", "相乘": "Multiply", "拼接": "Concatenate",
    "平均": "Average", "最大": "Maximum", "相减": "Subtract", "相同": "same", "等宽": "same",
    "有效": "valid", "无填充": "valid",
}  # fmt: skip
"""Other words for the options of choices."""

YES = ("true", "yes", "on", "是", "开")
NO = ("false", "no", "off", "否", "关", "无")
NOTHING = ("none", "null", "无")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]D")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for: a kind, with parameters that the word itself sets."""

    kind: type[Block]
    params: Mapping[str, object]


def plain_word(text: str) -> str:
    """Return a word as words are compared: compatible forms joined, no case, no marks between."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", text).casefold())


def catalogue_in_order() -> tuple[type[Block], ...]:
    """Return all kinds, the common ones first."""
    common = [CATALOGUE[name] for name in COMMON if name in CATALOGUE]
    return tuple(dict.fromkeys([*common, *CATALOGUE.values()]))


def words_of(kind: type[Block]) -> tuple[str, ...]:
    """Return every word for a kind, as `plain_word` has them, its Keras name first."""
    return _words_for(kind.__name__)


@cache
def _words_for(name: str) -> tuple[str, ...]:
    parts = [part.casefold() for part in _WORD.findall(name)] or [name.casefold()]
    forms = [(part, *SHORTER.get(part, ())) for part in parts]
    if name.endswith("2D"):
        forms[-1] = (*forms[-1], "")
    found = ["".join(combination) for combination in itertools.product(*forms)]
    if len(parts) > 1:
        initials = "".join(part[0] for part in parts if not part[0].isdigit())
        found += [initials] if len(initials) > 1 else []
        found += [initials + parts[-1]] if parts[-1][0].isdigit() else []
    said = [plain_word(word) for word in SAID.get(name, ())]
    return tuple(dict.fromkeys([plain_word(name), *said, *found]))


@cache
def vocabulary() -> Mapping[str, tuple[Meaning, ...]]:
    """Return what each word for a kind may mean; a word said for one kind means that one first.

    Words that are derived, or that kinds share as the start of their blocks' names, come after.
    """
    found: dict[str, dict[type[Block], Meaning]] = {}
    for word, meaning in _all_meanings():
        found.setdefault(plain_word(word), {}).setdefault(meaning.kind, meaning)
    return MappingProxyType({word: tuple(kinds.values()) for word, kinds in found.items()})


def _all_meanings() -> Iterator[tuple[str, Meaning]]:
    """Yield words for kinds, the plainest first."""
    for word, (name, params) in MEANT.items():
        if name in CATALOGUE:
            yield word, Meaning(CATALOGUE[name], params)
    for name, kind in CATALOGUE.items():
        yield from ((word, Meaning(kind, {})) for word in (name, *SAID.get(name, ())))
    for kind in CATALOGUE.values():
        yield from ((word, Meaning(kind, {})) for word in (*words_of(kind), kind.stem))
    for option in ACTIVATIONS:
        yield option, Meaning(Activation, {"activation": option})
