# title: One byte too many for a pipe that nobody reads
# misconception: M23
# verdicts: full pipe 13 11
# timeout: 1

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"a" * 65_537)
    os._exit(0)
os.waitpid(pid, 0)
print(len(os.read(r, 65_537)))
