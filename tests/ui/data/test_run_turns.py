"""Whose turn it is at the engine: reading data gives way, and nothing is left without an end."""

from cnnstudio.core.data_messages import ReadData
from cnnstudio.core.messages import RunStarted, Stop, Train
from cnnstudio.core.network import starter_network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.run_turns import RunTurns
from tests.ui.data.told_data import facts


def read(run: int, data: str = "shapes") -> ReadData:
    return ReadData(run, TrainingPlan(data=data))


def train(run: int, data: str = "shapes") -> Train:
    return Train(run, starter_network(), TrainingPlan(data=data))


def test_a_run_waits_until_the_reading_that_it_ends_has_ended() -> None:
    turns, reading, run = RunTurns(), read(1), train(2)
    assert turns.begin(reading) == [reading]
    assert turns.begin(run) == [Stop(1)]
    assert turns.end(1) == (True, [run])
    assert turns.end(2) == (False, [])


def test_a_run_that_waits_can_be_taken_back() -> None:
    turns = RunTurns()
    turns.begin(read(1))
    turns.begin(train(2))
    assert not turns.take_back(1)
    assert turns.take_back(2)
    assert turns.end(1) == (True, [])


def test_all_readings_without_an_answer_are_known_when_the_engine_is_gone() -> None:
    turns = RunTurns()
    turns.begin(read(1))
    turns.begin(read(2))
    assert turns.lost() == [1, 2]
    assert turns.lost() == []


def test_data_is_held_from_when_it_is_read_until_anything_else_is_asked_for() -> None:
    turns = RunTurns()
    turns.begin(read(1, "shapes"))
    assert turns.data_held == ""
    turns.take(facts(read(1)))
    assert turns.data_held == "shapes"
    turns.end(1)
    turns.begin(train(2, "mnist-5k"))
    assert turns.data_held == ""
    turns.take(RunStarted(2, 1, 1, 0, 10, 10))
    assert turns.data_held == "mnist-5k"
    turns.lost()
    assert turns.data_held == ""
