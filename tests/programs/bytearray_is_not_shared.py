# title: A bytearray is no block
# misconception: M04
# verdicts: plain variable 12

import os

block = bytearray(10)
if os.fork() == 0:
    block[0:5] = b"hello"
    os._exit(0)
os.wait()
print(bytes(block[0:5]))
