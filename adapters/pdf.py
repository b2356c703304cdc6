"""Typesetting: what people download to keep, as tagged PDF (PDF/UA-1) by typst.

It must not know HTTP; texts go in as data, never as markup.
"""

import io
import json

import segno

import rules

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


CERTIFICATE = """
#let facts = json(bytes(sys.inputs.facts))
#set document(title: facts.title, author: "Loket duaal leren")
#set text(lang: "nl", size: 11pt)
#set page(paper: "a4", margin: 2.2cm)
#block(width: 100%, height: 5pt, fill: rgb("#ffed00"))
= #facts.title
#facts.opening
#v(6pt)
#for line in facts.lines [
  #text(fill: rgb("#4d535b"))[#line.at(0)] \\
  *#line.at(1)*
  #v(4pt)
]
== Klopt dit attest nog?
#grid(columns: (3.2cm, 1fr), gutter: 14pt,
  image(bytes(facts.qr), format: "svg", width: 3.2cm, alt: "QR-code naar " + facts.url),
  [Scan de code, of ga naar #link(facts.url)[#facts.url]. U ziet meteen of de erkenning nog geldig is. \\
   Code: *#facts.code*])
"""


def typeset(source, facts):
    """PDF bytes from a typst source that reads its `facts` as JSON.

    PDF/UA allows no character that no font here can draw, such as one of a Chinese name: rather a box on the paper, and
    that one paper without the mark of PDF/UA, than no paper.
    """
    import typst  # here, as it takes 2 MB and a part of the start

    told = {"format": "pdf", "sys_inputs": {"facts": json.dumps(facts, default=str)}}
    try:
        return typst.compile(source.encode(), pdf_standards=["ua-1"], **told)
    except typst.TypstError as problem:
        if "could not be displayed" not in str(problem):
            raise
        return typst.compile(source.encode(), **told)


def certificate(recognition, url):
    """The decision to approve, with a code that anyone can check at `url`."""
    facts = {
        "title": f"Erkenning als leerwerkplek {recognition.number}",
        "opening": "Deze vestiging is erkend om leerlingen op te leiden in de opleiding hieronder.",
        "lines": [
            (
                "Organisatie",
                f"{recognition.organisation.name} ({rules.format_enterprise_number(recognition.organisation.number)})",
            ),
            ("Vestiging", f"{recognition.establishment.name}, {recognition.establishment.address}"),
            ("Opleiding", recognition.training.name),
            ("Geldig", f"van {recognition.valid_from:%d/%m/%Y} tot en met {recognition.valid_until:%d/%m/%Y}"),
            ("Beslist op", f"{recognition.decided_on:%d/%m/%Y} door {recognition.partnership.name}"),
        ],
        "url": url,
        "code": rules.format_code(recognition.code),
        "qr": drawn(url),
    }
    return typeset(CERTIFICATE, facts)


def drawn(url):
    """The QR code of an address, as SVG."""
    qr = io.BytesIO()
    segno.make(url, error="m").save(qr, kind="svg", border=2)
    return qr.getvalue().decode()


def receipt(recognition, content, sections):
    """The receipt of a submission: number, dates and everything that was handed in, as it was frozen then."""
    facts = {
        "title": f"Ontvangstbewijs {recognition.number}",
        "intro": [
            (
                "Organisatie",
                f"{recognition.organisation.name} ({rules.format_enterprise_number(recognition.organisation.number)})",
            ),
            ("Ingediend op", f"{recognition.submitted_on:%d/%m/%Y}"),
            ("Behandeld door", recognition.partnership.name),
        ],
        "sections": [{"name": name, "lines": list(content[key].items())} for key, name in sections.items()],
        "foot": "Dit document bevestigt de ontvangst. Het is geen erkenning.",
    }
    return typeset(RECEIPT, facts)


def appeal(appeal, documents):
    """The receipt of an appeal: what it goes against, on what grounds and with which documents."""
    about = f"sanctie {appeal.sanction.number}" if appeal.sanction_id else f"afkeuring {appeal.recognition.number}"
    organisation = appeal.organisation
    files = [(document.kind_name, document.filename) for document in documents]
    facts = {
        "title": f"Ontvangstbewijs beroep {appeal.number}",
        "intro": [
            ("Organisatie", f"{organisation.name} ({rules.format_enterprise_number(organisation.number)})"),
            ("Ingediend op", f"{appeal.lodged_on:%d/%m/%Y}"),
            ("Tegen", f"{about}, beslist op {appeal.decided_on:%d/%m/%Y}"),
        ],
        "sections": [
            {"name": "Motivering", "lines": [("In de woorden van de werkgever", appeal.grounds)]},
            {"name": "Documenten", "lines": files or [("Toegevoegd", "geen")]},
        ],
        "foot": "Dit document bevestigt dat het beroep ingediend is. "
        f"De beroepscommissie zegt binnen {rules.APPEAL_CHECK_DAYS} kalenderdagen of het ontvankelijk is.",
    }
    return typeset(RECEIPT, facts)


def addendum(addendum, parties):
    """One change to an agreement: what was, what becomes, from when, and who signed it; `parties`: {key: name}."""
    agreement, signatures = addendum.agreement, addendum.signatures()
    blank = "Naam, datum en handtekening: ............................................................"
    lines = [
        (parties[key], f"{one.name}, op {rules.day_of(one.at):%d/%m/%Y} {one.way_name}")
        if (one := signatures.get(key))
        else (parties[key], blank)
        for key in addendum.needed_parties()
    ]
    changes = [
        (label, f"{old} wordt: {new}" if old and new else new or "vervalt") if label != "Reden" else (label, new)
        for label, (old, new) in addendum.changes.items()
    ]
    facts = {
        "title": f"{addendum} bij overeenkomst {agreement.number}: {addendum.kind_name.lower()}",
        "intro": [
            ("Onderneming", agreement.organisation.name),
            ("Leerling", agreement.learner),
            ("Gaat in op", f"{addendum.effective_on:%d/%m/%Y}"),
        ],
        "sections": [
            {"name": "Wat verandert", "lines": changes},
            {"name": "Wat blijft", "lines": [("Overeenkomst", "Al het andere in de overeenkomst blijft gelden.")]},
            {"name": "Handtekeningen", "lines": lines},
        ],
        "foot": f"Kenmerk van de inhoud (sha256): {addendum.content_hash}",
    }
    return typeset(RECEIPT, facts)
