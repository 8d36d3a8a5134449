from collections.abc import Iterator
from typing import Any

import pytest

from cnnstudio.core.blocks import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D
from cnnstudio.core.network import Network, network_of
from tests.engine.conversation import Conversation, conversation


@pytest.fixture(scope="session")
def shared_conversation() -> Iterator[Conversation]:
    with conversation() as talk:
        yield talk


@pytest.fixture
def talk(shared_conversation: Conversation) -> Conversation:
    """The one engine that most tests share; nothing has been heard from it yet."""
    shared_conversation.heard.clear()
    return shared_conversation


@pytest.fixture(scope="session")
def keras() -> Any:
    """Keras in this process, which takes seconds and would make noise.

    Tests that use it import what stands on it in their bodies, so that collecting them is quick.
    """
    from cnnstudio.engine.quiet import silence_tensorflow

    silence_tensorflow()
    import keras

    return keras


@pytest.fixture
def small() -> Network:
    return network_of(
        Input(shape=(28, 28, 1)),
        MaxPooling2D(pool_size=(4, 4)),
        Flatten(),
        Dropout(rate=0.1),
        Dense(units=10, activation="softmax"),
    )


@pytest.fixture
def slow() -> Network:
    """A network whose batches take a tenth of a second or more."""
    body = [Conv2D(filters=48, padding="same", activation="relu")] * 3
    return network_of(
        Input(shape=(28, 28, 1)), *body, Flatten(), Dense(units=10, activation="softmax")
    )
