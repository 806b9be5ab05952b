"""The queue in which learners wait for their servers: its order, its places, and what they are told."""

import asyncio

import pytest

from turns import Turns, said


class Room:
    """Learners who come in order; each keeps their turn until told to go on."""

    def __init__(self, at_once, names):
        self.turns = Turns(at_once)
        self.having, self.had = [], []
        self.may_go = {name: asyncio.Event() for name in names}
        self.tasks = {name: asyncio.create_task(self.come(name)) for name in names}

    async def come(self, name):
        async with self.turns.turn(name):
            self.having.append(name)
            self.had.append(name)
            await self.may_go[name].wait()
            self.having.remove(name)

    async def settle(self):
        """Let everybody do what they can do now."""
        for _ in range(20):
            await asyncio.sleep(0)


def test_at_most_so_many_have_a_turn_and_the_others_get_theirs_in_order():
    async def lesson():
        room = Room(2, "abcdef")
        for name in "abcdef":
            await room.settle()
            assert len(room.having) <= 2
            room.may_go[name].set()
        await asyncio.gather(*room.tasks.values())
        return room.had

    assert asyncio.run(lesson()) == list("abcdef")


def test_each_who_waits_has_a_place_and_moves_up():
    async def lesson():
        room = Room(1, "abc")
        await room.settle()
        first = [room.turns.place(name) for name in "abc"]
        room.may_go["a"].set()
        await room.settle()
        then = [room.turns.place(name) for name in "abc"]
        for name in "bc":
            room.may_go[name].set()
        await asyncio.gather(*room.tasks.values())
        return first, then

    assert asyncio.run(lesson()) == ([0, 1, 2], [0, 0, 1])


def test_who_gives_up_waiting_leaves_no_gap():
    async def lesson():
        room = Room(1, "abc")
        await room.settle()
        room.tasks["b"].cancel()
        await room.settle()
        place = room.turns.place("c")
        for name in "ac":
            room.may_go[name].set()
        await asyncio.gather(*room.tasks.values(), return_exceptions=True)
        return place, room.had

    assert asyncio.run(lesson()) == (1, ["a", "c"])


def test_a_turn_that_fails_is_given_back():
    async def fail(turns):
        async with turns.turn("a"):
            raise ChildProcessError

    async def lesson():
        turns = Turns(1)
        with pytest.raises(ChildProcessError):
            await fail(turns)
        async with turns.turn("b"):
            return turns.place("b")

    assert asyncio.run(lesson()) == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "Your notebooks are being opened."),
        (1, "You are next."),
        (7, "You are number 7 in the queue. It moves on every few seconds."),
    ],
)
def test_a_learner_is_told_their_place(place, words):
    assert said(place) == words
