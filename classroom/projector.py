"""The projector's page: where to go, and what to type, to be read from the last row."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>How to come in</title>
<style>
body {{margin: 4vh 6vw; color: #111; background: #fff; font: clamp(1.4rem, 3vw, 3.2rem)/1.35 system-ui, sans-serif}}
h1 {{margin: 0 0 3vh; font-size: 1.2em}}
li {{margin: 0 0 3vh; padding-left: .3em}}
code {{display: block; font: bold clamp(1.8rem, 5.4vw, 6rem)/1.2 ui-monospace, monospace; overflow-wrap: anywhere}}
</style>
</head>
<body>
<main>
<h1>Come in</h1>
<ol>
<li>In your browser, go to <code>{address}</code></li>
<li>As <em>username</em>, type your name, or any other; next time, the same again.</li>
<li>As <em>password</em>, type <code>{password}</code></li>
<li>Wait. The page says your place, and your notebooks open by themselves.</li>
</ol>
</main>
</body>
</html>
"""


def page(address: str, password: str) -> str:
    """HTML, whole in itself."""
    return _PAGE.format(address=escape(address), password=escape(password))
