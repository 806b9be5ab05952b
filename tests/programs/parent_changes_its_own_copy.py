# title: The parent changes a variable, the child reads its own
# misconception: M04
# verdicts: plain variable 12

import os

settings = {"letter": "a"}
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    print(settings["letter"])
    os._exit(0)
settings["letter"] = "b"
os.write(w, b"x")
os.waitpid(pid, 0)
