# title: The reader closes the write end first
# misconception: M28
# verdicts: none
# outcome: parent prints b'all that I have'
# complete: yes

import os

r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"all that I have")
    os._exit(0)
os.close(w)
with os.fdopen(r, "rb") as pipe:
    print(pipe.read())
os.wait()
