"""What recipe tests share: the module that draws small data sets is found beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
