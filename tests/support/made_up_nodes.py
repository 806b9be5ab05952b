"""What two nodes could have told, made up: for tests that need no Ray."""

from shmlesson.cluster.got import Got
from shmlesson.cluster.stores import Held, Mapper, Store, Stores

SIZE, STORE = 256 << 20, 640 << 20
HERE, THERE = 4711, 4712


def got(place="here", inode=HERE, seconds=0.0004):
    """What a process of this node got of an array that lay in the store of ``here``."""
    kind = "rw-s" if inode else "rw-p"
    line = f"7f00-7f04 {kind} 00000000 00:1b {inode} {'/dev/shm/plasmaX (deleted)' if inode else ''}"
    return Got(f"a process of {place}", f"Ray, node {place}", SIZE, seconds, line, SIZE, SIZE // 2, HERE)


def stores(there=THERE, spilled=()):
    """Two stores with the same object in both; the reader of ``there`` maps the store with this inode."""
    both = (
        Store("here", HERE, STORE, (Held(1, SIZE), Held(2, SIZE))),
        Store("there", THERE, STORE, (Held(1, SIZE),)),
    )
    mappers = (
        Mapper("notebook kernel", "here", HERE, "rw-s"),
        Mapper("raylet", "here", HERE, "rw-s"),
        Mapper("raylet", "there", THERE, "rw-s"),
        Mapper("reader", "there", there, "rw-s"),
    )
    return Stores(both, mappers, spilled)
