# The pages, the clock and the command in one image; compose.yaml starts what is needed of them.
# Needed for building: what this folder holds, and the base image. Nothing but requirements with their hashes is fetched.

FROM python:3.11-slim-bookworm AS built
WORKDIR /build
RUN python -m venv /srv/stegen
COPY deploy/requirements.lock .
RUN /srv/stegen/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE stegen.py ./
COPY config config
COPY workflows workflows
COPY cases cases
COPY notifications notifications
COPY web web
RUN /srv/stegen/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /srv/stegen/bin/python -m compileall -q /srv/stegen/lib

FROM python:3.11-slim-bookworm
# Nobody on the host has this number, and the volume of /data takes its owner over.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin stegen \
    && install -d -o stegen -g stegen -m 0700 /data
COPY --from=built /srv/stegen /srv/stegen
ENV PATH=/srv/stegen/bin:$PATH PYTHONDONTWRITEBYTECODE=1 STEGEN_DATA=/data
USER stegen
WORKDIR /data
VOLUME /data
EXPOSE 5080
ENTRYPOINT ["stegen"]
CMD ["serve", "--host", "0.0.0.0"]
