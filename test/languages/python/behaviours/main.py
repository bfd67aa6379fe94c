"""Shows one behaviour of Microsoft's SDK on the bus that SERVICE_BUS names: ends with 0 when it is held, and says what was seen else."""

import logging
import sys

import entities  # noqa: F401
import receiving  # noqa: F401
import sending  # noqa: F401
import settling  # noqa: F401
from support import BEHAVIOURS, connect

logging.disable(logging.CRITICAL)
with connect() as client:
    BEHAVIOURS[sys.argv[1]](client)
