#!/usr/bin/env bash
# Gradescope runs this once, as root and with a network, when the autograder is built.
set -euo pipefail
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends libseccomp2 python3 python3-pip python3-venv
rm -rf /var/lib/apt/lists/*

# The image's own Python may be too old; students use the one that Colab has.
python3 -m venv /opt/uv
/opt/uv/bin/pip install --quiet --no-cache-dir uv
export UV_PYTHON_INSTALL_DIR=/opt/python UV_NO_CACHE=1
/opt/uv/bin/uv venv --python 3.13 /opt/grader
# Only wheels: nothing is compiled here.
/opt/uv/bin/uv pip install --python /opt/grader/bin/python --only-binary :all: -c constraints.txt -r requirements.txt
/opt/grader/bin/python -m compileall -q course
