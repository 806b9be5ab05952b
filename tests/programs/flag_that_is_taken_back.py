# title: A flag is waited for and taken back
# misconception: M12
# verdicts: none

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
flag = fork.Value("i", 0)
word = fork.Array("c", 5)


def give():
    word.value = b"hello"
    flag.value = 1


process = fork.Process(target=give)
process.start()
while True:
    if flag.value == 1:
        flag.value = 0
        break
    time.sleep(0.001)
print(word.value, flag.value)
process.join()
