# title: A loop that reads until the end, with the write end open
# misconception: M28
# verdicts: waits for ever 17
# timeout: 1
# outcome: deadlock
# complete: yes

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"one")
    os.write(w, b"two")
    os._exit(0)
os.waitpid(pid, 0)
while piece := os.read(r, 3):
    print(piece)
