# Steward's image. The base may be any Debian 12 with python3, python3-venv and ca-certificates.
#   docker build -t steward .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# Where packages come from, if not from the public index: --build-arg PIP_INDEX_URL=...
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# pip installs from outside, so that the environment which is shipped holds none.
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/steward
COPY requirements.lock ./
RUN /opt/pip/bin/pip --python /opt/steward/bin/python install --require-hashes --no-deps -r requirements.lock
COPY . ./
RUN /opt/pip/bin/pip --python /opt/steward/bin/python install --no-index --no-build-isolation --no-deps . \
    && /opt/pip/bin/pip --python /opt/steward/bin/python uninstall --yes hatchling editables

FROM ${BASE}
LABEL org.opencontainers.image.title="Steward" \
    org.opencontainers.image.description="Watches services, explains incidents and acts only after a person approves." \
    org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 steward \
    && useradd --uid 10001 --gid steward --home-dir /var/lib/steward --no-create-home --shell /usr/sbin/nologin steward \
    && install --directory --owner=steward --group=steward --mode=0750 /var/lib/steward \
    && install --directory /etc/steward
COPY --from=build /opt/steward /opt/steward
ENV PATH=/opt/steward/bin:$PATH PYTHONDONTWRITEBYTECODE=1 STEWARD_CONFIG=/etc/steward/steward.yaml
USER 10001:10001
WORKDIR /var/lib/steward
VOLUME /var/lib/steward
EXPOSE 8484
STOPSIGNAL SIGTERM
# Any answer is a sign of life, a 503 as well: that says that something Steward depends on is down, and a restart of
# Steward would not mend it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-Ic", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8484, timeout=4); c.request('GET', '/health'); c.getresponse()"]
ENTRYPOINT ["steward"]
CMD ["run"]
