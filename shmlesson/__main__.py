"""``python -m shmlesson``: the same as the command ``shmlesson``."""

import sys

from .command.main import main

if __name__ == "__main__":
    sys.exit(main())
