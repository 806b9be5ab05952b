# title: The child leaves a file that its parent has opened
# misconception: M22
# verdicts: sys.exit 11 9

import os
import sys
import tempfile

with tempfile.TemporaryFile() as file:
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
    file.write(b"from the parent")
    print(file.tell())
