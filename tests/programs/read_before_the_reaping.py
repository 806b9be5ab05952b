# title: Read to the end, then reap
# misconception: M23
# verdicts: none

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"a" * 65_537)
    os._exit(0)
os.close(w)
with os.fdopen(r, "rb") as pipe:
    print(len(pipe.read()))
os.waitpid(pid, 0)
