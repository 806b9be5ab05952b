"""Start the votes' service as the hub has it: ``python -m votes``, in the folder above this one.

VOTES_FILE  where the votes are kept; all else that it needs is in the environment that the hub gives its services
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from shmlesson.course.question import questions

from .ballots import Ballots
from .people import OfTheHub, There, cookie_secret
from .service import MOST, service


async def main() -> None:
    """Serve until the hub says that it is enough."""
    where = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    ballots = Ballots(Path(os.environ["VOTES_FILE"]))
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    served = service(ballots, questions(), OfTheHub, There().count, prefix, cookie_secret=cookie_secret())
    enough = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    server = served.listen(where.port, where.hostname, max_body_size=MOST)
    await enough.wait()
    server.stop()
    await server.close_all_connections()
    ballots.end()


if __name__ == "__main__":
    asyncio.run(main())
