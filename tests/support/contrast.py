"""How well the texts of a notebook's outputs can be read: the contrast of each with what is behind it (WCAG 2, 1.4.3).

axe leaves the words of drawings out, since it does not know what is behind them. We do: their halo, or else a ground.
"""

LEAST = 4.5
CONTRASTS = """
within => {
  // A colour that was mixed has parts up to 1, all others up to 255.
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number)
    .map((part, place) => place < 3 && colour.startsWith("color(srgb") ? part * 255 : part);
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = rgb => rgb.map(part => linear(part / 255))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  // A colour that is not opaque, on what is behind it.
  const on = (colour, back) => {
    const [red, green, blue, alpha = 1] = numbers(colour);
    return [red, green, blue].map((part, place) => part * alpha + back[place] * (1 - alpha));
  };
  const ground = node => {
    if (!node) return [255, 255, 255];
    const { backgroundColor } = getComputedStyle(node);
    return (numbers(backgroundColor)[3] ?? 1) === 0 ? ground(node.parentElement)
      : on(backgroundColor, ground(node.parentElement));
  };
  const contrast = node => {
    const look = getComputedStyle(node);
    const drawn = node instanceof SVGElement;
    const back = drawn && look.stroke !== "none" ? on(look.stroke, [255, 255, 255]) : ground(node);
    const [low, high] = [on(drawn ? look.fill : look.color, back), back].map(luminance).sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const isText = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const seen = node => node.checkVisibility() && !["TITLE", "STYLE", "OPTION"].includes(node.tagName.toUpperCase());
  return [...document.querySelectorAll(within + " *")]
    .filter(node => [...node.childNodes].some(isText) && seen(node))
    .map(node => [contrast(node), node instanceof SVGElement, node.outerHTML.slice(0, 200)]);
}
"""


def texts(page, within=".jp-OutputArea-output"):
    """Of each text that is shown: its contrast, whether it is drawn (SVG), and its markup."""
    return page.tab.evaluate(CONTRASTS, within)
