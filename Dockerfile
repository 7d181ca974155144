# syntax=docker/dockerfile:1
# Built and run without the tests, the sources or pip's cache; runs as nobody in particular.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY reconciler reconciler
COPY specs specs
RUN python -m venv --without-pip /opt/reconciler \
 && pip --python /opt/reconciler/bin/python install --no-cache-dir --disable-pip-version-check \
      '.[postgres]' \
 && /opt/reconciler/bin/python -m compileall -q /opt/reconciler/lib

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
COPY --from=build /opt/reconciler /opt/reconciler
ENV PATH=/opt/reconciler/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /work
USER 10001:10001
ENTRYPOINT ["reconciler"]
CMD ["--help"]
