# title: The word over a connection comes before the write
# misconception: M11
# verdicts: race 15 19
# prints: varies

import mmap
import os
import socket

block = mmap.mmap(-1, 10)
with socket.create_server(("127.0.0.1", 0)) as server:
    if os.fork() == 0:
        with socket.create_connection(server.getsockname()) as line:
            line.sendall(b"done")
            block[0:5] = b"hello"
        os._exit(0)
    line, _ = server.accept()
line.recv(4)
print(block[0:5])
line.close()
os.wait()
