"""The web application, put together: settings, extensions, blueprints. No logic."""

from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
import commands
import jobs
import logs
from blueprints import auth, bearer, customizing, errors, headers, health, language, templating
from blueprints.converters import CONVERTERS
from config import Settings
from domain.db import db, tune
from jobs import dispatch

MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The application for these settings; `overrides` go to Flask's configuration (tests)."""
    settings = settings or Settings.from_environment()
    logs.configure(settings.log_format)
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(_configuration(settings) | overrides)
    if settings.is_behind_a_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.url_map.converters |= CONVERTERS
    _extend(app)
    headers.register(app)
    bearer.register(app)
    auth.register(app)
    customizing.register(app)
    errors.register(app)
    templating.register(app)
    blueprints.register(app)
    commands.register(app)
    jobs.register(app)
    app.extensions[health.WORKERS] = dispatch.worker_count
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SESSION_COOKIE_NAME": settings.cookie_name,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "SESSION_REFRESH_EACH_REQUEST": False,  # the sign-in itself says when it ends
        "MAX_CONTENT_LENGTH": 55 * MEGABYTE,  # ten attachments at once
        "MAX_FORM_MEMORY_SIZE": 4 * MEGABYTE,
        "MAX_FORM_PARTS": 20_000,
        "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open over lunch; the token ends with the session
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "COMPRESS_MIN_SIZE": 500,
    }


def _extend(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        tune(db.engine)
    language.register(app)
    CSRFProtect(app)
    Compress(app)
    Htmx(app)
