# title: As much as a pipe holds, and no byte more
# misconception: M23
# verdicts: none
# needs: linux

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"a" * 65_536)
    os._exit(0)
os.waitpid(pid, 0)
print(len(os.read(r, 65_536)))
