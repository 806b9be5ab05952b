# title: The child aborts
# misconception: M22
# verdicts: signal

import os
import resource

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
pid = os.fork()
if pid == 0:
    os.abort()
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
