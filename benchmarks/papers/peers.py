"""The same agreements by other generators: `python peers.py weasyprint|typst`, texts as JSON on stdin, figures out.

Runs in an environment of its own (`make bench-peers`), knows nothing of the product.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any

WARM = 3
STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center { content: counter(page) } }
@font-face { font-family: fang; src: url(file://%(fonts)s/fang.ttf) }
@font-face { font-family: rare; src: url(file://%(fonts)s/kai-light.ttf) }
@font-face { font-family: hei; src: url(file://%(fonts)s/hei.ttf) }
body { font: 15.75pt/28.99pt fang, rare; text-align: justify }
p { margin: 0; text-indent: 2em } h2 { font: 15.75pt/28.99pt hei; margin: 0; text-indent: 2em }
"""


def weasyprint(fonts: str) -> Callable[[Any], bytes]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    faces = FontConfiguration()
    sheet = CSS(string=STYLE % {"fonts": fonts}, font_config=faces)

    def draw(blocks: Any) -> bytes:
        body = "".join(
            f"<{tag}>{escape(text)}</{tag}>"
            for tag, text in (("h2" if head else "p", text) for head, text in blocks)
        )
        page = HTML(string=f"<html lang=zh-CN><title>协议</title><body>{body}</body></html>")
        made: bytes = page.write_pdf(stylesheets=[sheet], font_config=faces, pdf_variant="pdf/a-3b")
        return made

    return draw


def typst(fonts: str) -> Callable[[Any], bytes]:
    import typst as engine

    head = (
        '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm), numbering: "1")\n'
        '#set text(font: ("FandolFang R", "FandolFang", "LXGW WenKai Light"), size: 15.75pt, lang: "zh")\n'
        "#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: 13.24pt)\n"
        '#set document(title: "协议")\n'
    )

    def draw(blocks: Any) -> bytes:
        body = "\n\n".join(("= " if heading else "") + _quoted(text) for heading, text in blocks)
        made: bytes = engine.compile(
            (head + body).encode(), format="pdf", font_paths=[fonts], pdf_standards=["a-3b"]
        )
        return made

    return draw


def _quoted(text: str) -> str:
    return "#" + json.dumps(text, ensure_ascii=False)


def main() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    given = json.load(sys.stdin)
    draw = {"weasyprint": weasyprint, "typst": typst}[sys.argv[1]](given["fonts"])
    took = []
    for blocks in given["documents"]:
        began = time.perf_counter()
        pdf = draw(blocks)
        took.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"draw_ms": round(statistics.median(took[WARM:]), 1), "kb": round(len(pdf) / 1024, 1)}))


if __name__ == "__main__":
    main()
