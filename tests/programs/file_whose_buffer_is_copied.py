# title: A line that lay in a file's buffer is written twice
# misconception: M22
# verdicts: copied buffer 11

import os
import tempfile

name = os.path.join(tempfile.mkdtemp(), "log")
with open(name, "w") as log:
    log.write("begin\n")
    pid = os.fork()
    if pid == 0:
        log.write("child\n")
        log.close()
        os._exit(0)
    os.waitpid(pid, 0)
    log.write("end\n")
with open(name) as log:
    print(len(log.readlines()))
