# title: A mapped file, cut to nothing under the mapping
# misconception: M31
# verdicts: signal

import mmap
import os
import tempfile

with tempfile.TemporaryFile() as file:
    file.truncate(4096)
    block = mmap.mmap(file.fileno(), 4096)
    if os.fork() == 0:
        file.truncate(0)
        block[0] = 1
        os._exit(0)
    _, status = os.wait()
    print(os.waitstatus_to_exitcode(status))
