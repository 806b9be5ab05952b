"""What is typed in a terminal: ``shmlesson lab`` and ``shmlesson check``."""
