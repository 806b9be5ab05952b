# title: A daemon is ended with the program
# misconception: M23
# verdicts: none

import multiprocessing
import time

process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,), daemon=True)
process.start()
print(process.is_alive())
