# title: A list is given to a process, which fills it
# misconception: M04
# verdicts: plain variable 17

from multiprocessing import get_context


def collect(found):
    found.append("a word")


def main():
    found = []
    process = get_context("fork").Process(target=collect, args=(found,))
    process.start()
    process.join()
    print(found)


main()
