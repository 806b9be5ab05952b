"""How the lanes of a run look: one style sheet, the same for every picture but for the width at which it gets narrow.

Every line is a border, for borders are there in forced colours and on paper without backgrounds, too. A cell's own line
is its ``::before``, an arrow that crosses it its ``::after``. All lengths are in em; a narrow picture has other values
of the properties that say how wide each column is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from .roles import CHILD, INK, PARENT

# In the narrow form the process stands above what it did, and the names of its lanes stand upright.
_NARROW = (
    "--process:1.5em;--block:5em;--thing:5.1em;--who:0;--above:1.4em;--raised:1.55em;"
    "--step:2.5em;--line:2.2em;--word:none;--upright:vertical-rl"
)
# Where even that leaves no room for words, lanes are as narrow as can be, what is said of a thing stands upright, too,
# and the words are scrolled sideways.
_TIGHT = "--process:1.3em;--block:3.2em;--thing:2.5em;--step:2.5em;--line:2.1em;--gutter:.35em;--state:vertical-rl"
# How wide in em lanes are in each form, and what the words and the numbers beside them need.
_WIDE = {"process": 4.3, "block": 8, "thing": 6.4}, 30
_NARROWER = {"process": 1.5, "block": 5, "thing": 5.1}, 13.5
_TIGHTEST = {"process": 1.3, "block": 3.2, "thing": 2.5}, 13.5
# A class is written without its prefix here: ``.-dot`` is ``.shmlesson-dot``.
_STYLE = """
.-lanes{container-type:inline-size;overflow-x:auto;line-height:1.4;font-size:var(--jp-ui-font-size1,13px);
font-family:var(--jp-ui-font-family,sans-serif);--ink:INK;color:var(--ink)}
.-tall{max-height:36em;overflow:auto;border:1px solid #777}
.-lanes .-run{--paper:var(--jp-layout-color0,#fff);--parent:PARENT;--child:CHILD;--process:4.3em;--block:8em;
--thing:6.4em;--who:5.2em;--above:.15em;--raised:.15em;--step:2.8em;--line:4.2em;--word:inline;
--upright:horizontal-tb;--state:horizontal-tb;--y:.85em;
--gutter:.6em;table-layout:fixed;width:100%;max-width:80em;margin:0;border:0;border-collapse:separate;border-spacing:0;
font-size:inherit;color:inherit;
& caption{text-align:left;padding:.3em 0;color:inherit;overflow-wrap:anywhere;white-space:pre-wrap;
font-family:var(--jp-code-font-family,monospace)}
& col{width:var(--step)}
& .-line{width:var(--line)}
& .-process{width:var(--process)}
& .-block{width:var(--block)}
& col.-thing{width:var(--thing)}
& col.-who{width:var(--who)}
& col.-did{width:auto}
& tr:nth-child(n){background:none}
& td,& th{position:relative;vertical-align:top;text-align:left;padding:.15em 0;border:0;max-width:none;
white-space:normal;overflow-wrap:anywhere;line-height:1.4}
& td{text-align:right;padding-right:.4em;color:var(--jp-ui-font-color2,#555)}
& thead th{position:sticky;top:0;z-index:2;vertical-align:bottom;text-align:center;
background:var(--paper);border-bottom:1px solid}
& thead span{writing-mode:var(--upright);text-orientation:sideways;display:inline-block}
& thead .-text{text-align:left;padding-left:.6em;white-space:nowrap}
& thead :nth-last-child(2){padding-bottom:var(--raised)}
& .-word{display:var(--word)}
& tbody th{padding-left:.6em;white-space:nowrap;z-index:1;color:var(--child)}
& th.-by-parent{color:var(--parent)}
& td:last-child{padding:var(--above) .4em .15em .6em;text-align:left;color:inherit}
& td:first-child{white-space:nowrap}
& td.-parent,& td.-child,& td.-across{color:inherit}
& td::before,& td::after,& i{position:absolute;box-sizing:border-box}
& td.-parent::before,& td.-child::before{content:"";top:0;bottom:0;left:calc(50% - 1.5px);
border-left:3px solid var(--parent)}
& td.-child::before{top:.2em;bottom:.2em;border-left:3px dashed var(--child)}
& td.-from::before{top:var(--y)}
& td.-to::before{bottom:auto;height:var(--y)}
& .-box{isolation:isolate;padding:.15em calc(var(--gutter) + .2em);text-align:center;color:inherit}
& .-box span{display:inline-block;background:var(--fill,none)}
& td.-thing span{writing-mode:var(--state);text-orientation:sideways}
& td.-filled{color:#111}
& .-box::before{content:"";z-index:-1;top:0;bottom:0;left:1px;right:1px;border:solid #777;border-width:0 1px;
background:var(--fill,none)}
& td.-thing::before{border-style:dotted}
& td.-held::before{border:solid;border-width:0 2px}
& td.-held.-by-parent::before{border:solid var(--parent);border-width:0 4px}
& td.-held.-by-child::before{border:dashed var(--child);border-width:0 4px}
& .-box.-from::before{top:.1em;border-top-width:1px}
& .-box.-new::before{border-top-width:1px}
& .-box.-to::before{bottom:.1em;height:auto;border-bottom-width:1px}
& td.-below{padding-top:1.6em}
& td.-across::after,& td.-east::after,& td.-west::after{content:"";left:0;right:0;top:calc(var(--y) - 1px);
border-top:2.5px solid}
& td.-fork::after{border-top:2px dotted}
& td.-message::after{border-top:1.5px dashed}
& td.-wait::after{border-top:2.5px dashed}
& td.-east::after{left:50%}
& td.-west::after{right:50%}
& .-east.-from-east::after{left:calc(50% + .6em)}
& .-west.-from-west::after{right:calc(50% + .6em)}
& .-box.-east::after{left:calc(100% - var(--gutter))}
& .-box.-west::after{right:calc(100% - var(--gutter))}
& .-box.-east.-from-west::after{left:var(--gutter)}
& .-box.-west.-from-east::after{right:var(--gutter)}
& .-dot,& .-ring,& .-square,& .-cross{left:50%;top:var(--y);z-index:1;transform:translate(-50%,-50%);color:var(--child)}
& .-parent>:is(.-dot,.-ring,.-square){color:var(--parent)}
& .-dot{border:.38em solid;border-radius:50%}
& .-ring{width:.76em;height:.76em;border:2px solid;border-radius:50%;background:var(--paper)}
& .-square{border:.42em solid}
& .-cross{width:1.1em;height:1.1em;color:inherit;
&::before,&::after{content:"";position:absolute;left:0;right:0;top:calc(50% - 1.5px);border-top:3px solid;
transform:rotate(45deg)}
&::after{transform:rotate(-45deg)}}
& .-last{top:auto;bottom:0;transform:translate(-50%)}
& td.-cut{padding-bottom:2.8em}
& .-head{z-index:1;top:var(--y);width:.55em;height:.55em;border:solid;border-width:1.5px 1.5px 0 0}
& .-head.-bytes,& .-head.-wait{border-width:2.5px 2.5px 0 0}
& .-head.-east{right:calc(50% + .3em);transform:translateY(-50%) rotate(45deg)}
& .-head.-west{left:calc(50% + .3em);transform:translateY(-50%) rotate(-135deg)}
& .-box .-head.-east{right:calc(100% - var(--gutter) + .05em)}
& .-box .-head.-west{left:calc(100% - var(--gutter) + .05em)}
& .-way{top:0;bottom:0;border-left:2.5px solid}
& .-way.-message{border-left:1.5px dashed}
& .-way.-begins{top:var(--y)}
& .-way.-ends{bottom:auto;height:var(--y)}
& .-way.-east{left:calc(50% + .6em)}
& .-way.-west{right:calc(50% + .6em)}
& .-box .-way.-east{left:auto;right:calc(var(--gutter) - 1px)}
& .-box .-way.-west{right:auto;left:calc(var(--gutter) - 1px)}
& .-branch{top:calc(var(--y) - 1px);width:.6em;border-top:1.5px dashed}
& .-branch.-east{left:50%}
& .-branch.-west{right:50%}
& .-marked>:first-child::before{content:"";left:0;top:.1em;bottom:.1em;border-left:.3em double var(--child)}
& .-kind{display:inline-block;border:1px solid;border-radius:.5em;padding:0 .4em;font-weight:normal}
& .-now{outline:2px solid;outline-offset:-2px}
& .-now>:first-child{color:inherit;font-weight:bold}}
@media print{.-lanes .-run thead th{position:static}.-run tr{break-inside:avoid}
.-lanes.-lanes{max-height:none;overflow:visible;border:0}}
"""
_SHEET = _STYLE.replace("\n", "").replace(".-", ".shmlesson-")
for _name, _colour in {"PARENT": PARENT, "CHILD": CHILD}.items():
    _SHEET = _SHEET.replace(_name, _colour.replace(INK, "var(--ink)"))
_SHEET = _SHEET.replace("INK", INK)


def style(lanes: Iterable[str]) -> tuple[str, str]:
    """The class of a picture with lanes of these sorts, and its style sheet, HTML: such a one has its own widths."""
    sorts = Counter(lanes)
    wide, narrow, least = (
        math.ceil(words + sum(ems[sort] * count for sort, count in sorts.items()))
        for ems, words in (_WIDE, _NARROWER, _TIGHTEST)
    )
    name = f"shmlesson-below-{wide}-{narrow}"
    tight = f"{_TIGHT};min-width:{least}em"
    return name, f"<style>{_SHEET}{_below(wide, name, _NARROW)}{_below(narrow, name, tight)}</style>"


def _below(width: int, name: str, properties: str) -> str:
    """A rule for the pictures of this class where there is less than this width, in em."""
    return f"@container(max-width:{width}em){{.shmlesson-lanes .shmlesson-run.{name}{{{properties}}}}}"
