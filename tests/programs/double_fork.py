# title: Forked twice, so that nobody need wait
# misconception: M23
# verdicts: none

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    os.write(w, b"from the daemon")
    os._exit(0)
os.waitpid(pid, 0)
print(os.read(r, 100))
