# title: A word through a pair of sockets
# misconception: M11
# verdicts: none

import mmap
import os
import socket

block = mmap.mmap(-1, 5)
mine, yours = socket.socketpair()
if os.fork() == 0:
    block[:] = b"hello"
    yours.sendall(b"x")
    os._exit(0)
mine.recv(1)
print(block[:])
os.wait()
