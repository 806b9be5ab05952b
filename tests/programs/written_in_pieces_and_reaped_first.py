# title: Many small lines fill a pipe as well
# misconception: M23
# verdicts: full pipe 13 11
# timeout: 1

import os

r, w = os.pipe()
if os.fork() == 0:
    for _ in range(2000):
        os.write(w, b"forty bytes of a line that says nothing\n")
    os._exit(0)
os.wait()
os.close(w)
with os.fdopen(r) as pipe:
    print(len(pipe.readlines()))
