"""Put this checkout on an environment's path and give it the `oneview` command.

What an editable install would do, without the build tools it would have to fetch: the dependencies are
locked by hash, and a build back end outside the lock would not be.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """#!{python}
import sys
from oneview import main
sys.exit(main())
"""


def main() -> None:
    """Write the path file and the command of the running interpreter's environment."""
    Path(sysconfig.get_path("purelib"), "oneview-checkout.pth").write_text(f"{ROOT}\n")
    command = Path(sysconfig.get_path("scripts"), "oneview")
    command.write_text(SCRIPT.format(python=sys.executable))
    command.chmod(0o755)


if __name__ == "__main__":
    main()
