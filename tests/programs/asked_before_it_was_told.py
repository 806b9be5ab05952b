# title: A deadlock of words, through two semaphores
# misconception: M11
# verdicts: deadlock 14 17
# timeout: 1
# outcome: deadlock
# complete: yes

import multiprocessing
import os

fork = multiprocessing.get_context("fork")
question, answer = fork.Semaphore(0), fork.Semaphore(0)
if os.fork() == 0:
    question.acquire()
    answer.release()
    os._exit(0)
answer.acquire()
question.release()
os.wait()
