import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnstudio.core import settings

PROGRAM = """
import sys
from cnnstudio.engine.quiet import silence_tensorflow

silence_tensorflow()
import keras

keras.ops.ones((2, 2))
print(keras.backend.backend())
print("said", file=sys.stderr)
"""


@pytest.mark.tensorflow
def test_tensorflow_is_used_whatever_the_person_uses_and_is_silent_but_the_program_is_heard() -> (
    None
):
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "KERAS_BACKEND": "torch"},
    )
    assert (answer.stdout, answer.stderr) == ("tensorflow\n", "said\n")
    assert b"oneDNN" in (settings.log_folder() / "engine.log").read_bytes()
