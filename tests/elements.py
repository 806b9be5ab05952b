"""HTML that is well-formed, or an error."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """Fails unless every element that is opened is closed, in order."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
