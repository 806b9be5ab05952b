# title: A Value that is a structure, under its own lock
# misconception: M12
# verdicts: none

import ctypes
import multiprocessing


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int))


fork = multiprocessing.get_context("fork")
point = fork.Value(Point, 0, 0)


def work():
    with point.get_lock():
        point.y += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(point.y)
