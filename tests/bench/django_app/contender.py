"""Django as a contender, as in tests/bench/contender.py, run with an address, a cookie and the day."""

import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.bench.backends import backends
from tests.bench.listening import asked, listen

PAGES = {"dashboard": "/", "overview": "/overeenkomsten?overzicht=loopt"}
HERE = Path(__file__).parent


def database(url):
    if url.startswith("sqlite"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///")}
    parts = urlsplit(url)
    facts = {"NAME": parts.path[1:], "USER": parts.username, "HOST": parse_qs(parts.query)["host"][0]}
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None} | facts


def configure(url, today):
    settings.configure(
        SECRET_KEY="geheim-voor-de-meting-0123456789-0123456789",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.bench.django_app.urls",
        INSTALLED_APPS=["django.contrib.sessions", "django.contrib.messages", "tests.bench.django_app"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.gzip.GZipMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "tests.bench.django_app.views.SignedIn",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "tests.bench.django_app.views.on_every_page",
                    ]
                },
            }
        ],
        DATABASES={"default": database(url)},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=False,
        LANGUAGE_CODE="nl",
        TODAY=today,
    )
    django.setup()


def main():
    url, cookie, today = sys.argv[1:]
    configure(url, today)
    app = get_wsgi_application()
    environs = {name: asked(address, {}, cookie) for name, address in PAGES.items()}
    listen(app, environs, (lambda: 0) if url.startswith("sqlite") else backends())


if __name__ == "__main__":
    main()
