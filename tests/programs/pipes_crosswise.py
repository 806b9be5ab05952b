# title: Each waits for the other's word before it says its own
# misconception: M11
# verdicts: deadlock 13 16
# timeout: 1
# outcome: deadlock
# complete: yes

import os

ping_r, ping_w = os.pipe()
pong_r, pong_w = os.pipe()
if os.fork() == 0:
    os.read(ping_r, 1)
    os.write(pong_w, b"x")
    os._exit(0)
os.read(pong_r, 1)
os.write(ping_w, b"x")
os.wait()
