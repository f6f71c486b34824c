"""What a paper says of itself: the Info dictionary, and the same as XMP. Only at the making of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from pikepdf import Dictionary, Name, Pdf, String

from documents.text import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    title: str
    author: str
    subject: str
    now: datetime


def describe(document: Pdf, meta: Meta) -> None:
    """Info and XMP of the same facts; language and title as a reader shows them."""
    moment = local(meta.now).replace(microsecond=0)
    stamp = moment.strftime("D:%Y%m%d%H%M%S+08'00'")
    with_info = {
        "/Title": meta.title,
        "/Author": meta.author,
        "/Subject": meta.subject,
        "/CreationDate": stamp,
        "/ModDate": stamp,
        "/Producer": "mobile-court",
        "/Creator": "mobile-court",
    }
    document.trailer.Info = document.make_indirect(Dictionary({k: String(v) for k, v in with_info.items()}))
    root = document.Root
    root.Lang = String("zh-CN")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    xmp = document.make_stream(_xmp(meta, moment).encode())
    xmp.Type, xmp.Subtype = Name.Metadata, Name.XML
    root.Metadata = xmp


# PDF/A wants a schema that it does not know to be described in the file (ISO 19005-3, 6.6.2.3).
_UA_SCHEMA = (
    '<pdfaExtension:schemas xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description></rdf:li>"
    "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
)


def _xmp(meta: Meta, moment: datetime) -> str:
    """One rdf:Description per schema, as validators of PDF/A want it."""
    iso = moment.isoformat()
    parts = (
        (
            "pdfaid",
            "http://www.aiim.org/pdfa/ns/id/",
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
        ),
        ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/", "<pdfuaid:part>1</pdfuaid:part>"),
        ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/", _UA_SCHEMA),
        (
            "dc",
            "http://purl.org/dc/elements/1.1/",
            "<dc:format>application/pdf</dc:format>"
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(meta.title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:creator><rdf:Seq><rdf:li>{escape(meta.author)}</rdf:li></rdf:Seq></dc:creator>"
            f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(meta.subject)}</rdf:li>'
            "</rdf:Alt></dc:description><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>",
        ),
        (
            "xmp",
            "http://ns.adobe.com/xap/1.0/",
            f"<xmp:CreatorTool>mobile-court</xmp:CreatorTool><xmp:CreateDate>{iso}</xmp:CreateDate>"
            f"<xmp:ModifyDate>{iso}</xmp:ModifyDate>",
        ),
        ("pdf", "http://ns.adobe.com/pdf/1.3/", "<pdf:Producer>mobile-court</pdf:Producer>"),
    )
    described = "".join(
        f'<rdf:Description rdf:about="" xmlns:{prefix}="{uri}">{body}</rdf:Description>\n'
        for prefix, uri, body in parts
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n{described}</rdf:RDF>\n</x:xmpmeta>\n'
        '<?xpacket end="r"?>'
    )
