"""Typesetting: what people download to keep, as tagged PDF (PDF/UA-1) by typst.

It must not know HTTP; texts go in as data, never as markup.
"""

import json

import typst

RECEIPT = """
#let facts = json(bytes(sys.inputs.facts))
#set document(title: facts.title, author: "Loket duaal leren")
#set text(lang: "nl", size: 10.5pt)
#set page(paper: "a4", margin: 2.2cm, numbering: "1 / 1")
#block(width: 100%, height: 5pt, fill: rgb("#ffed00"))
= #facts.title
#for line in facts.intro [#line.at(0): *#line.at(1)* \\ ]
#for section in facts.sections [
  == #section.name
  #for line in section.lines [
    #text(fill: rgb("#4d535b"))[#line.at(0)] \\
    #if line.at(1) == "" [–] else [#line.at(1)]
    #v(3pt)
  ]
]
#v(1em)
#text(size: 9pt)[#facts.foot]
"""


def typeset(source, facts):
    """PDF bytes from a typst source that reads its `facts` as JSON."""
    return typst.compile(
        source.encode(), format="pdf", pdf_standards=["ua-1"], sys_inputs={"facts": json.dumps(facts, default=str)}
    )


def receipt(recognition, content, sections):
    """The receipt of a submission: number, dates and everything that was handed in, as it was frozen then."""
    facts = {
        "title": f"Ontvangstbewijs {recognition.number}",
        "intro": [
            ("Organisatie", f"{recognition.organisation.name} ({recognition.organisation.number})"),
            ("Ingediend op", f"{recognition.submitted_on:%d/%m/%Y}"),
            ("Behandeld door", recognition.partnership.name),
        ],
        "sections": [{"name": name, "lines": list(content[key].items())} for key, name in sections.items()],
        "foot": "Dit document bevestigt de ontvangst. Het is geen erkenning.",
    }
    return typeset(RECEIPT, facts)
