# title: A word through a pair of sockets that comes too early
# misconception: M11
# verdicts: race 14 17
# prints: varies

import mmap
import os
import socket

block = mmap.mmap(-1, 5)
mine, yours = socket.socketpair()
if os.fork() == 0:
    yours.sendall(b"x")
    block[:] = b"hello"
    os._exit(0)
mine.recv(1)
print(block[:])
os.wait()
