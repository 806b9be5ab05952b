# title: The reader holds the write end itself
# misconception: M28
# verdicts: waits for ever 14
# timeout: 1

import os

r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"all that I have")
    os._exit(0)
os.wait()
with os.fdopen(r, "rb") as pipe:
    print(pipe.read())
