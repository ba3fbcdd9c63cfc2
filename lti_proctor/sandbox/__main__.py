"""`python -m lti_proctor.sandbox`: the practice LMS on its own, for looking at it."""

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.serving import run_simple

from lti_proctor.sandbox import SandboxConfig, create_sandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lti_proctor.sandbox", description=__doc__)
    parser.add_argument("--base-url", default="http://127.0.0.1:8100")
    parser.add_argument("--tool-url", default="http://localhost:8000")
    parser.add_argument("--data-dir", type=Path, default=Path("var/sandbox"))
    parser.add_argument("--client-id", default="sandbox-client")
    parser.add_argument("--deployment-id", default="1")
    chosen = parser.parse_args()
    config = SandboxConfig(
        base_url=chosen.base_url,
        tool_url=chosen.tool_url,
        data_dir=chosen.data_dir,
        client_id=chosen.client_id,
        deployment_id=chosen.deployment_id,
    )
    address = urlsplit(config.base_url)
    run_simple(address.hostname or "127.0.0.1", address.port or 80, create_sandbox(config), threaded=True)


if __name__ == "__main__":
    main()
