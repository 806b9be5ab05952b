# title: A signal that is waited for
# misconception: M11
# verdicts: none

import mmap
import os
import signal

block = mmap.mmap(-1, 5)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
if os.fork() == 0:
    block[:] = b"hello"
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
signal.sigwait([signal.SIGUSR1])
print(block[:])
os.wait()
