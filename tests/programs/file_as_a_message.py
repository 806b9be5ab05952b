# title: A message in a file, read until it is there
# misconception: M11
# verdicts: none

import mmap
import os
import pathlib
import tempfile
import time

block = mmap.mmap(-1, 5)
folder = pathlib.Path(tempfile.mkdtemp())
message = folder / "message"
message.touch()
if os.fork() == 0:
    block[:] = b"hello"
    with message.open("w") as file:
        print("written", file=file)
    os._exit(0)
while message.read_text() != "written\n":
    time.sleep(0.001)
print(block[:])
os.wait()
message.unlink()
folder.rmdir()
