# title: A Value that is a structure, and one of its fields
# misconception: M12
# verdicts: lost update 19
# prints: varies

import ctypes
import multiprocessing


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int))


fork = multiprocessing.get_context("fork")
point = fork.Value(Point, 0, 0)


def work():
    point.y += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(point.y)
