# title: The child leaves a file that its parent has opened
# misconception: M22
# verdicts: sys.exit 10 8

import os
import tempfile

with tempfile.TemporaryFile() as file:
    if os.fork() == 0:
        raise SystemExit
    os.wait()
    file.write(b"from the parent")
