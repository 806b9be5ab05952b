"""HTML of pictures: well-formed or an error, small, and the words of its tables."""

import re
from html.parser import HTMLParser

MOST_HTML = 64 << 10  # bytes of a picture


class Elements(HTMLParser):
    """Fails unless every element that is opened is closed, in order; ``seen`` has each tag with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def check_picture(html):
    """Fail unless the picture is well-formed, small, and without an ID that could be there twice in a notebook."""
    Elements(html)
    assert " id=" not in html
    assert len(html) < MOST_HTML


def rows(html):
    """The words of each row of the tables, cells joined, without what is drawn."""
    bare = re.sub(
        r"<svg x=[^>]*>.*?</svg>", "", html
    )  # drawings inside drawings, so that a pattern finds the outer ones
    return [" ".join(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", bare)]
