"""What is measured of the page in a test: words too pale to be read, controls without a name, how wide it is."""

from __future__ import annotations

# The buttons in which a word does not fit on a line, and is broken.
BROKEN = """[...document.querySelectorAll(".answer")].filter((button) => {
    button.style.overflowWrap = "normal";
    const { paddingLeft, paddingRight } = getComputedStyle(button);
    const room = button.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const needed = button.querySelector("span").getBoundingClientRect().width;
    button.style.overflowWrap = "";
    return needed > room + 0.5;
}).map((button) => button.textContent)"""
WIDEST = "document.scrollingElement.scrollWidth + ' ' + document.querySelector('#scroller').scrollWidth"

# The smallest contrast between words and what is painted behind them, of everything that shows words now.
CONTRAST = """() => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
        paint.clearRect(0, 0, 1, 1);
        paint.fillStyle = color;
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const over = (top, below) => below.map((part, i) => part + (top[i] - part) * (i === 3 ? 0 : top[3] / 255));
    const behind = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
        return layers.reduce((below, top) => over(top, below), [255, 255, 255, 255]);
    };
    const light = ([r, g, b]) => [r, g, b]
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const poor = [];
    for (const element of document.querySelectorAll("body *")) {
        const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!words || !element.checkVisibility() || element.closest(".sr, .with-picture.only-media .meta")) continue;
        const ground = behind(element);
        const [one, two] = [light(over(rgba(getComputedStyle(element).color), ground)), light(ground)];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (ratio < 4.5) poor.push(`${element.className}: ${ratio.toFixed(2)} ${element.textContent}`);
    }
    return poor;
}"""

NAMELESS = """() => [...document.querySelectorAll("button, a, input, textarea, img, [role=option]")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length
        || one.hasAttribute("alt") || one.querySelector("img[alt]:not([alt=''])")))
    .map((one) => one.outerHTML)"""
