# title: A RawValue that two processes count in
# misconception: M12
# verdicts: race 16
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.RawValue("i", 0)


def work():
    count.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
