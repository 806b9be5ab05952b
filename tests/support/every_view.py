"""A notebook that shows every view of this project, as a cell's output, for tests that look at all of them."""

FIRST = """
%load_ext shmlesson
from shmlesson import maps, program, share, trials
from shmlesson.views import Block, Lanes, LiveBlock, Maps, Orders, Playground, Trials, TrySizes, WidgetCheck, progress

run = share(100, "a")
run
"""
# More steps than fit a screen: the lanes are in a box to be scrolled.
LONG = """
%%program
import os

if os.fork() == 0:
    for line in range(40):
        print("child")
"""
TRIALS = """
repeated = Trials(5, [0, 0.001])
repeated.start()
repeated.wait(20)
repeated
"""
# A verdict below the lanes, which have lines of the program, a block, and a pipe.
EXPLAINED = """
%%program
import mmap
import os
import time

block = mmap.mmap(-1, 100)
read_end, write_end = os.pipe()
if os.fork() == 0:
    time.sleep(0.1)
    print(block[3])
    os.write(write_end, b"x")
    os._exit(0)
block[3] = 97
os.read(read_end, 1)
os.wait()
"""
PROGRAM = EXPLAINED.replace("\n%%program\n", "")
STEPPED = f"""
stepped = program({PROGRAM!r})
Lanes(stepped, step=6)
"""
OPENED = f"""
from shmlesson import explore

Orders(explore({PROGRAM!r}, orders=20), opened=0)
"""
EXPLORED = EXPLAINED.replace("%%program", "%%program --orders 20")
CHART = """
from shmlesson.api.compare import SIZES, TOOLS, Comparison

Comparison({(tool, size): len(tool) / 1000 + size * 1e-9 for tool in TOOLS for size in SIZES}, SIZES)
"""
CELLS = {
    "run": FIRST,
    "long run": LONG,
    "explained": EXPLAINED,
    "explored": EXPLORED,
    "contents": "run.child.saw",
    "large contents": "share(8192, 'a').child.saw",
    "trials": "trials(5, wait='sleep', seconds=[0, 0.001])",
    "maps": "maps(8192)",
    "Playground": "Playground()",
    "Lanes": "Lanes(run)",
    "Lanes of a program": STEPPED,
    "Orders": OPENED,
    "Block": "Block(share(8192, 'b').child.saw, before=share(8192, 'a').child.saw)",
    "Maps": "Maps(maps(8192))",
    "Trials": TRIALS,
    "LiveBlock": "LiveBlock()",
    "TrySizes": "TrySizes(lambda size: f'{size + 1} is one more')",
    "WidgetCheck": "WidgetCheck()",
    "chart": CHART,
    "question": "from shmlesson.course import answers, ask, settle\nask('who-gets-0')",
    "settled": "settle('who-gets-0', run)",
    "answers": "answers()",
    "practice": "from shmlesson import course\n\ncourse.practise(2)",
    "Arrange": "course.Arrange('right')",
    "FillIn": "course.FillIn('right')",
    "what was shown": "course.progress()",
    "progress": "for step in progress(range(3)):\n    pass",
}
