"""What labelled files, columns of tables and arrays are usually called, and what a word is.

The engine reads data by these, and the code that is written for outside the studio too.
"""

from __future__ import annotations

IMAGE_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff",
    ".ppm", ".pgm", ".pbm", ".tga", ".avif",
)  # fmt: skip
"""Names of files that are taken for images end in these."""
TEXT_ENDINGS = (".txt", ".text", ".md")
NUMBER_ENDINGS = (".npy", ".csv", ".tsv", ".txt")
"""Files of numbers that may be looked at through a network."""

IMAGE_COLUMNS = ("path", "file", "filename", "file_name", "image", "image_path", "img", "images")
"""Of a table's columns, the first of these that is there holds the files; and so on."""
TEXT_COLUMNS = ("text", "sentence", "review", "content", "comment", "message", "texts")
LABEL_COLUMNS = ("label", "class", "category", "target", "y", "labels", "class_name", "sentiment")
PART_COLUMNS = ("split", "set", "part", "subset", "partition")

IMAGE_ARRAYS = ("x", "images", "image", "data", "imgs", "arr_0")
LABEL_ARRAYS = ("y", "labels", "label", "classes", "target", "targets", "arr_1")

WORD = r"[\u4e00-\u9fff\u3040-\u30ff]|[^\W\u4e00-\u9fff\u3040-\u30ff]+"
"""A regular expression for a word: a Chinese or Japanese character is one, no spaces part them."""


def is_number_file(path: str) -> bool:
    """Return whether a file's name speaks for numbers, and not for an image."""
    return path.lower().endswith(NUMBER_ENDINGS)
