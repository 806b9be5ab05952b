"""The kinds of acts, and the one of them that a seed decides on."""

import random

from stress.losses import a_lost_process, a_lost_server, a_server_lost_between_runs, an_interrupt, two_at_once
from stress.other_kernels import a_lost_kernel, a_poor_kernel
from stress.refusals import a_bad_program, a_bad_value
from stress.runs import a_misdeed, a_share, many_shares, orders_of_a_misdeed

KINDS = {
    "a misdeed": a_misdeed,
    "orders of a misdeed": orders_of_a_misdeed,
    "an interrupt": an_interrupt,
    "the server is killed": a_lost_server,
    "the server is killed between runs": a_server_lost_between_runs,
    "a process is killed": a_lost_process,
    "two threads": two_at_once,
    "the kernel is killed": a_lost_kernel,
    "the kernel has too little": a_poor_kernel,
    "a share": a_share,
    "many shares": many_shares,
    "a bad value": a_bad_value,
    "a bad program": a_bad_program,
}


def nth_act(seed, number):
    """The kind and the act that the seed decides on: the same one whatever has happened before."""
    chance = random.Random(f"{seed} {number}")
    kind = chance.choice(list(KINDS))
    return kind, KINDS[kind](chance)
