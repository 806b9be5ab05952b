# title: A word over a connection to an address
# misconception: M11
# verdicts: none

import mmap
import os
import socket

block = mmap.mmap(-1, 10)
with socket.create_server(("127.0.0.1", 0)) as server:
    if os.fork() == 0:
        block[0:5] = b"hello"
        with socket.create_connection(server.getsockname()) as line:
            line.sendall(b"done")
        os._exit(0)
    line, _ = server.accept()
with line, line.makefile() as words:
    print(words.read(), block[0:5])
os.wait()
