# Steward's image. Builds on python:3.11-slim-bookworm, and on any Debian 12 with python3, python3-venv and ca-certificates:
#   docker build --build-arg BASE=... .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/steward
COPY requirements.lock ./
# The secret is optional: a pip.conf that names a mirror. It is in no layer.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/pip/bin/pip --python /opt/steward/bin/python install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md ./
COPY actions actions
COPY bot bot
COPY demo demo
COPY detectors detectors
COPY migrations migrations
COPY prompts prompts
RUN /opt/pip/bin/pip --python /opt/steward/bin/python install --no-build-isolation --no-deps --no-index .

FROM ${BASE}
COPY --from=build /opt/steward /opt/steward
ENTRYPOINT ["/opt/steward/bin/steward"]
