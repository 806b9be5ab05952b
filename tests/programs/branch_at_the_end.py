# title: Behind the two branches there is nothing
# misconception: M03
# verdicts: none

import os

r, w = os.pipe()
if os.fork() == 0:
    os.close(r)
    with open(w, "w") as out:
        out.write("from the child")
else:
    os.close(w)
    with open(r) as end:
        print(end.read())
    os.wait()
