"""python -m tests.lab"""

import sys

from tests.lab.up import up

if __name__ == "__main__":
    sys.exit(up())
