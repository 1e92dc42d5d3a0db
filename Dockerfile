# One image for web, worker, beat and migrate. Holds no secret: settings come from the environment.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock .
RUN uv pip sync --python /venv/bin/python --require-hashes --no-cache requirements.lock
COPY . .
# Texts compiled, static files hashed and compressed. No database is asked for either.
RUN /venv/bin/python -m marketplace.common.compile_messages \
 && VAR_DIR=/tmp/build STATIC_ROOT=/app/static-built DATABASE_URL=postgresql://none@localhost/none \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf /tmp/build

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home app \
 && mkdir -p /app/var && chown app:app /app/var
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 VAR_DIR=/app/var STATIC_ROOT=/app/static-built
USER app
VOLUME /app/var
EXPOSE 8000
CMD ["gunicorn", "marketplace.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--worker-class", "gthread", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "--no-control-socket"]
