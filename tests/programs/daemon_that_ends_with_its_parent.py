# title: A daemon is ended with the program
# misconception: M23
# verdicts: none

import time
from multiprocessing import get_context

process = get_context("fork").Process(target=time.sleep, args=(60,), daemon=True)
process.start()
print(process.is_alive())
