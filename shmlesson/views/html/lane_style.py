"""How the lanes of a run look: one style sheet, the same for every picture but for the width at which it gets narrow.

Every line is a border, for borders are there in forced colours and on paper without backgrounds, too. A cell's own line
is its ``::before``, an arrow that crosses it its ``::after``. All lengths are in em; a narrow picture has other values
of the few properties on top, which say how wide each column is.
"""

from __future__ import annotations

# In the narrow form the process stands above what it did, and the names of its lanes stand upright.
_NARROW = "--process:1.7em;--block:5em;--who:0;--above:1.4em;--step:1.7em;--line:2.4em;--upright:vertical-rl"
_STYLE = """
.shmlesson-lanes{container-type:inline-size;overflow-x:auto;line-height:1.4;font-size:var(--jp-ui-font-size1,13px);
font-family:var(--jp-ui-font-family,sans-serif);color:var(--jp-ui-font-color1,#111)}
.shmlesson-tall{max-height:36em;overflow:auto;border:1px solid #777}
.shmlesson-lanes .shmlesson-run{--ink:var(--jp-ui-font-color1,#111);--paper:var(--jp-layout-color0,#fff);
--parent:color-mix(in srgb,#1f7fd4 70%,var(--ink));--child:color-mix(in srgb,#d0650b 70%,var(--ink));
--process:3.8em;--block:8em;--who:5.2em;--above:.15em;--step:2.4em;--line:4.2em;--upright:horizontal-tb;
--y:.85em;--gutter:.6em;table-layout:fixed;width:100%;max-width:80em;margin:0;border-collapse:separate;
border-spacing:0;border:0;font-size:inherit;color:inherit}
.shmlesson-run caption{text-align:left;padding:.3em 0;overflow-wrap:anywhere;white-space:pre-wrap;
font-family:var(--jp-code-font-family,monospace);color:inherit}
.shmlesson-run col{width:var(--step)}
.shmlesson-run col.shmlesson-line{width:var(--line)}
.shmlesson-run col.shmlesson-process{width:var(--process)}
.shmlesson-run col.shmlesson-block{width:var(--block)}
.shmlesson-run col.shmlesson-who{width:var(--who)}
.shmlesson-run col.shmlesson-did{width:auto}
.shmlesson-run tr,.shmlesson-run tbody tr:nth-child(n){background:none}
.shmlesson-lanes .shmlesson-run td,.shmlesson-lanes .shmlesson-run th{position:relative;vertical-align:top;text-align:left;padding:.15em 0;
border:0;max-width:none;white-space:normal;overflow-wrap:anywhere;line-height:1.4}
.shmlesson-lanes .shmlesson-run thead th{position:sticky;top:0;z-index:2;vertical-align:bottom;text-align:center;
background:var(--paper);border-bottom:1px solid;overflow-wrap:normal}
.shmlesson-lanes .shmlesson-run thead .shmlesson-upright{writing-mode:var(--upright);display:inline-block}
.shmlesson-lanes .shmlesson-run thead .shmlesson-text{text-align:left;padding-left:.6em;overflow:visible;white-space:nowrap}
.shmlesson-run td.shmlesson-number{text-align:right;padding-right:.5em;color:var(--jp-ui-font-color2,#555)}
.shmlesson-lanes .shmlesson-run th.shmlesson-who{padding-left:.6em;white-space:nowrap;z-index:1}
.shmlesson-lanes .shmlesson-run td.shmlesson-did{padding:var(--above) .4em .15em .6em}
.shmlesson-lanes .shmlesson-run th.shmlesson-of-parent{color:var(--parent)}
.shmlesson-lanes .shmlesson-run th.shmlesson-of-child{color:var(--child)}
.shmlesson-run td::before,.shmlesson-run td::after,.shmlesson-run i{position:absolute;box-sizing:border-box}
.shmlesson-parent::before,.shmlesson-child::before{content:"";top:0;bottom:0;
left:calc(50% - 1.5px);border-left:3px solid var(--parent)}
.shmlesson-child::before{border-left:3px dashed var(--child)}
.shmlesson-from::before{top:var(--y)}
.shmlesson-to::before{bottom:auto;height:var(--y)}
.shmlesson-lanes .shmlesson-run td.shmlesson-block{isolation:isolate;padding:.15em .9em;text-align:center}
.shmlesson-part{display:inline-block}
.shmlesson-filled{color:#111}
.shmlesson-block::before{content:"";z-index:-1;top:0;bottom:0;left:1px;right:1px;height:auto;
border:solid #777;border-width:0 1px;background:var(--fill,none)}
.shmlesson-block.shmlesson-from::before{top:.1em;border-top-width:1px}
.shmlesson-block.shmlesson-new::before{border-top-width:1px}
.shmlesson-block.shmlesson-to::before{bottom:.1em;height:auto;border-bottom-width:1px}
.shmlesson-lanes .shmlesson-run td.shmlesson-below{padding-top:1.6em}
td.shmlesson-across::after,td.shmlesson-east::after,td.shmlesson-west::after{
content:"";left:0;right:0;top:calc(var(--y) - 1px);border-top:2.5px solid}
td.shmlesson-fork::after{border-top:2px dotted}
td.shmlesson-message::after{border-top:1.5px dashed}
td.shmlesson-east::after{left:50%}
td.shmlesson-west::after{right:50%}
td.shmlesson-east.shmlesson-from-east::after{left:calc(50% + .6em)}
td.shmlesson-west.shmlesson-from-west::after{right:calc(50% + .6em)}
td.shmlesson-block.shmlesson-east::after{left:calc(100% - var(--gutter));right:0}
td.shmlesson-block.shmlesson-west::after{right:calc(100% - var(--gutter));left:0}
td.shmlesson-block.shmlesson-east.shmlesson-from-west::after{left:var(--gutter)}
td.shmlesson-block.shmlesson-west.shmlesson-from-east::after{right:var(--gutter)}
.shmlesson-mark{left:50%;top:var(--y);z-index:1;transform:translate(-50%,-50%);color:var(--child)}
.shmlesson-parent .shmlesson-mark{color:var(--parent)}
.shmlesson-dot{border:.38em solid;border-radius:50%}
.shmlesson-ring{width:.76em;height:.76em;border:2px solid;border-radius:50%;background:var(--paper)}
.shmlesson-square{border:.42em solid}
.shmlesson-cross,.shmlesson-cross-below{width:1.1em;height:1.1em;color:inherit}
.shmlesson-cross-below{top:auto;bottom:-.3em;transform:translate(-50%,0)}
.shmlesson-cross::before,.shmlesson-cross::after,
.shmlesson-cross-below::before,.shmlesson-cross-below::after{content:"";
position:absolute;left:0;right:0;top:calc(50% - 1.5px);border-top:3px solid;transform:rotate(45deg)}
.shmlesson-cross::after,.shmlesson-cross-below::after{transform:rotate(-45deg)}
.shmlesson-head{z-index:1;top:var(--y);width:.55em;height:.55em;border:solid;border-width:2.5px 2.5px 0 0}
.shmlesson-head.shmlesson-fork,.shmlesson-head.shmlesson-message{
border-width:1.5px 1.5px 0 0}
.shmlesson-head.shmlesson-east{right:calc(50% + .3em);transform:translateY(-50%) rotate(45deg)}
.shmlesson-head.shmlesson-west{left:calc(50% + .3em);transform:translateY(-50%) rotate(-135deg)}
.shmlesson-block .shmlesson-head.shmlesson-east{right:calc(100% - var(--gutter) + .05em)}
.shmlesson-block .shmlesson-head.shmlesson-west{left:calc(100% - var(--gutter) + .05em)}
.shmlesson-way{top:0;bottom:0;border-left:2.5px solid}
.shmlesson-way.shmlesson-message{border-left:1.5px dashed}
.shmlesson-way.shmlesson-begins{top:var(--y)}
.shmlesson-way.shmlesson-ends{bottom:auto;height:var(--y)}
.shmlesson-way.shmlesson-east{left:calc(50% + .6em)}
.shmlesson-way.shmlesson-west{right:calc(50% + .6em)}
.shmlesson-block .shmlesson-way.shmlesson-east{left:auto;right:calc(var(--gutter) - 1px)}
.shmlesson-block .shmlesson-way.shmlesson-west{right:auto;left:calc(var(--gutter) - 1px)}
.shmlesson-branch{top:calc(var(--y) - 1px);width:.6em;border-top:1.5px dashed}
.shmlesson-branch.shmlesson-east{left:50%}
.shmlesson-branch.shmlesson-west{right:50%}
.shmlesson-marked>:first-child::before{content:"";left:0;top:.1em;bottom:.1em;
border-left:.3em double var(--child)}
.shmlesson-now{outline:2px solid;outline-offset:-2px}
.shmlesson-now>:first-child::after{content:"";left:.45em;top:calc(var(--y) - .35em);width:.7em;
height:.7em;border:solid;border-width:2.5px 2.5px 0 0;transform:rotate(45deg) scale(.7)}
@media print{.shmlesson-tall{max-height:none;overflow:visible;border:0}.shmlesson-lanes{overflow:visible}
.shmlesson-lanes .shmlesson-run thead th{position:static}.shmlesson-run tr{break-inside:avoid}}
"""
_SHEET = _STYLE.replace("\n", "")


def style(narrow_below: int) -> str:
    """HTML: the style sheet of a picture that gets narrow below this width, in em, by a class with this number."""
    rule = f"@container(max-width:{narrow_below}em){{.shmlesson-lanes .shmlesson-below-{narrow_below}{{{_NARROW}}}}}"
    return f"<style>{_SHEET}{rule}</style>"
