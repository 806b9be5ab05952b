"""A program under all schedules of its processes. May import ``tracer``, and what ``tracer`` may."""
