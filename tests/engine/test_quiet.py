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
print("said", file=sys.stderr)
"""


@pytest.mark.tensorflow
def test_tensorflow_is_silent_and_what_the_program_says_is_heard() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert (answer.stdout, answer.stderr) == ("", "said\n")
    assert b"oneDNN" in (settings.log_folder() / "engine.log").read_bytes()
