# title: A signal is waited for that nobody sends
# misconception: M11
# verdicts: waits for ever 13
# timeout: 1

import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
pid = os.fork()
if pid == 0:
    os._exit(0)
signal.sigwait([signal.SIGUSR1])
