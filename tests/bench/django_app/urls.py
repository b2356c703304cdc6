"""The two pages, and the names of the others they link to."""

from django.http import HttpResponse
from django.urls import path

from tests.bench.django_app import views

LINKED = {
    "outbox": "demo/berichten",
    "search": "zoeken",
    "profile": "organisatie",
    "choose": "organisatie/wissel",
    "sign_out": "afmelden",
    "sign_in": "aanmelden",
    "tasks": "taken",
    "recognitions": "erkenningen",
    "workplaces": "werkplekken",
    "mentors": "mentoren",
    "new_agreement": "overeenkomsten/nieuw",
    "registrar": "overeenkomsten/instellingen",
    "export_csv": "overeenkomsten/csv",
    "export_xlsx": "overeenkomsten/xlsx",
    "calculate": "bereken",
    "finder": "zoek-werkplek",
    "check": "controle",
    "embed": "insluiten",
    "accessibility": "toegankelijkheid",
    "privacy": "privacy",
    "manual": "handleiding",
    "help": "hulp",
    "light": "weergave",
    "legend": "statussen",
    "users": "organisatie/gebruikers",
}


def elsewhere(request, **_):
    return HttpResponse()


urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("overeenkomsten", views.overview, name="agreements"),
    path("overeenkomsten/<int:agreement_id>", elsewhere, name="agreement"),
    path("erkenningen/<int:recognition_id>", elsewhere, name="recognition"),
    path("erkenningen/<int:recognition_id>/hernieuwen", elsewhere, name="renew"),
    *(path(place, elsewhere, name=name) for name, place in LINKED.items()),
]
