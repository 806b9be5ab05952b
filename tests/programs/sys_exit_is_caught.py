# title: The child's sys.exit runs the parent's finally
# misconception: M22
# verdicts: sys.exit 10 8

import os
import sys

try:
    if os.fork() == 0:
        sys.exit(1)
    os.wait()
finally:
    print("tidied up")
