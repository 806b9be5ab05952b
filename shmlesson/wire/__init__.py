"""What crosses the pipe between the kernel and the fork server. Imports ``memory`` and the standard library."""
