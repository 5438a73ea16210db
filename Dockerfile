# One image for the web app, the sync worker and the migration: the command chooses.
#   docker run … oneview db upgrade      once per release
#   docker run … oneview sync worker     one
#   docker run … oneview serve           as many as needed, sharing the data folder
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements/runtime.txt requirements/
RUN python -m venv /opt/oneview \
 && /opt/oneview/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE oneview.py ./
COPY models models
COPY sync sync
COPY dashboard dashboard
COPY assets assets
RUN /opt/oneview/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home oneview \
 && install --directory --owner=oneview --mode=0700 /data
COPY --from=build /opt/oneview /opt/oneview
ENV PATH=/opt/oneview/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ONEVIEW_DATA_DIR=/data \
    ONEVIEW_HOST=0.0.0.0
USER oneview
VOLUME /data
EXPOSE 8050
CMD ["oneview", "serve"]
