# title: The file is flushed before the fork
# misconception: M22
# verdicts: none

import os
import tempfile

name = os.path.join(tempfile.mkdtemp(), "log")
with open(name, "w") as log:
    log.write("begin\n")
    log.flush()
    pid = os.fork()
    if pid == 0:
        log.write("child\n")
        log.close()
        os._exit(0)
    os.waitpid(pid, 0)
    log.write("end\n")
with open(name) as log:
    print(len(log.readlines()))
