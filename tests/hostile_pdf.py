"""PDF files as people and attackers hand them in, written by hand: many pages, odd boxes, endless drawings."""


def _written(objects: dict[int, bytes]) -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number in sorted(objects):
        offsets.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, objects[number])
    at = len(out)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out + head + rows + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at)
    )


def of_pages(count: int) -> bytes:
    """`count` pages; a power of ten above 1000 shares one page in a tree, so that a kilobyte holds a million."""
    page = b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]>>"
    if count <= 1000:
        kids = b" ".join([b"2 0 R"] * count)
        return _written({1: b"<</Type/Catalog/Pages 3 0 R>>", 2: page, 3: _tree(kids, count)})
    objects, top, below = {2: page}, 2, 1
    while below < count:
        below *= 10
        top += 1
        objects[top] = _tree(b" ".join([b"%d 0 R" % (top - 1)] * 10), below)
    objects[1] = b"<</Type/Catalog/Pages %d 0 R>>" % top
    return _written(objects)


def with_box(box: str) -> bytes:
    """One page with this MediaBox."""
    page = b"<</Type/Page/Parent 3 0 R/MediaBox[%s]>>" % box.encode()
    return _written({1: b"<</Type/Catalog/Pages 3 0 R>>", 2: page, 3: _tree(b"2 0 R", 1)})


def endless(depth: int = 9) -> bytes:
    """One page whose drawing calls itself ten times over at each of `depth` levels: nobody sees its end."""
    objects = {1: b"<</Type/Catalog/Pages 3 0 R>>", 3: _tree(b"2 0 R", 1)}
    first = 4
    for level in range(depth):
        content = b"0 0 500 500 re f" if level == 0 else b"/X Do " * 10
        inner = b"" if level == 0 else b"/Resources<</XObject<</X %d 0 R>>>>" % (first + level - 1)
        objects[first + level] = (
            b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]%s/Length %d>>stream\n%s\nendstream"
            % (inner, len(content), content)
        )
    call = b"/X Do"
    objects[first + depth] = b"<</Length %d>>stream\n%s\nendstream" % (len(call), call)
    objects[2] = (
        b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
        b"/Resources<</XObject<</X %d 0 R>>>>>>" % (first + depth, first + depth - 1)
    )
    return _written(objects)


def _tree(kids: bytes, count: int) -> bytes:
    return b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count)
