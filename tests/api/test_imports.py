import subprocess
import sys

CODE = """
import sys
import api, api.app, api.server, api.routes.pages, api.routes.forms
found = [name for name in sys.modules if name.split('.')[0] == 'ortools' or name.startswith('scheduler.solver')]
assert not found, found
"""


def test_api_never_loads_the_solver() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
