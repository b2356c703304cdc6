"""Typesetting an agreement: its facts, the wording of its kind, its timetable as an annex, room for every signature.

It must not know HTTP; texts go in as data, never as markup.
"""

import rules_agreements as law
from adapters.pdf import typeset

AGREEMENT = """
#let facts = json(bytes(sys.inputs.facts))
#set document(title: facts.title, author: "Loket duaal leren")
#set text(lang: "nl", size: 10pt)
#set par(justify: false)
#set page(paper: "a4", margin: (x: 2.2cm, top: 2cm, bottom: 2.4cm), footer: context [
  #set text(size: 8pt, fill: rgb("#4d535b"))
  #grid(columns: (1fr, auto), facts.foot, counter(page).display("1 / 1", both: true))
])
#show heading.where(level: 2): it => block(above: 1.4em, below: .7em, it)
#let lines(section) = grid(
  columns: (4.6cm, 1fr), column-gutter: .5cm, row-gutter: .65em,
  ..section.lines.map(line => (
    text(fill: rgb("#4d535b"), size: 9pt, line.at(0)),
    if line.at(1) == "" [–] else [#line.at(1)],
  )).flatten()
)
#block(width: 100%, height: 5pt, fill: rgb("#ffed00"))
= #facts.title
#for line in facts.intro [#line.at(0): *#line.at(1)* \\ ]
#for section in facts.sections [
  == #section.name
  #lines(section)
]
== #facts.articles.name
#for (number, line) in facts.articles.lines.enumerate(start: 1) [
  #block(below: .8em)[*#number. #line.at(0).* #line.at(1)]
]
== Handtekeningen
#for line in facts.signatures [
  #block(
    breakable: false, width: 100%, inset: 8pt, below: .6em, stroke: .5pt + rgb("#8695a8"),
    height: if line.at(2) { auto } else { 2.4cm },
  )[*#line.at(0)* \\ #line.at(1)]
]
#pagebreak()
== #facts.annex.name
#lines(facts.annex)
"""

TO_SIGN = "Naam, datum, en geschreven “gelezen en goedgekeurd”:"


def agreement(agreement, content, titles, parties):
    """PDF bytes of the words people read, with version and hash on every page; a draft says it is one.

    `content`: {part: {label: text}}; `titles`, `parties`: {key: Dutch name} in order.
    """
    is_draft = agreement.state == "draft"
    kind = law.KINDS[agreement.derived_kind()[0] if is_draft else agreement.kind]
    facts = {
        "title": " ".join(filter(None, ("Ontwerp:" if is_draft else "", kind, agreement.number))),
        "intro": [("Onderneming", agreement.organisation.name), ("Leerling", agreement.learner)],
        "sections": [
            {"name": titles[part], "lines": shown(content[part])}
            for part in titles
            if part not in ("articles", "timetable")
        ],
        "articles": {"name": titles["articles"], "lines": shown(content["articles"])},
        "annex": {"name": "Bijlage: uurrooster", "lines": shown(content["timetable"])},
        "signatures": list(signed(agreement, parties)),
        "foot": "Ontwerp: niet om te ondertekenen."
        if is_draft
        else f"Versie {agreement.version}. Kenmerk van de inhoud (sha256): {agreement.content_hash}",
    }
    return typeset(AGREEMENT, facts)


def shown(lines):
    return [(label, value) for label, value in lines.items() if value is not None]


def signed(agreement, parties):
    """(party, how it signed or room to do so, did it sign) for everybody who must."""
    found = agreement.signatures() if agreement.state != "draft" else {}
    for key in agreement.needed_parties():
        one = found.get(key)
        words = f"{one.name}, op {one.day:%d/%m/%Y} {one.way_name}" if one else TO_SIGN
        yield parties[key], words, one is not None
