// The words of a message: clean HTML or plain text, with the bot's commands made tappable.

import { h } from "../dom.js";
import { sanitize } from "../sanitize.js";

// One that ends with a number names one of several things, and is in no list.
const NUMBERED = /_\d+$/;
const COMMAND = /(?<![\w/])\/([a-z][a-z0-9_]{0,31})(?![\w/])/gi;

function linkCommands(root, known, run) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement?.closest("a, code, pre")) continue;
    const pieces = [];
    let from = 0;
    for (const match of text.data.matchAll(COMMAND)) {
      if (!known.has(match[1].toLowerCase()) && !NUMBERED.test(match[1])) continue;
      pieces.push(text.data.slice(from, match.index));
      pieces.push(h("button", { type: "button", class: "command-link", on: { click: () => run(match[0]) } }, match[0]));
      from = match.index + match[0].length;
    }
    if (pieces.length) text.replaceWith(...pieces, text.data.slice(from));
  }
}

/** The element with a message's text or caption; null where it says nothing. */
export function words(message, { commands, run }) {
  const plain = message.text ?? message.caption;
  if (!plain && !message.html) return null;
  const element = h("div", { class: "words", dir: "auto" });
  element.append(message.html ? sanitize(message.html) : plain);
  linkCommands(element, commands(), run);
  for (const hidden of element.querySelectorAll(".tg-spoiler")) uncoverOnPress(hidden);
  return element;
}

function uncoverOnPress(hidden) {
  const show = () => {
    hidden.classList.add("shown");
    hidden.removeAttribute("role");
    hidden.removeAttribute("aria-label");
    hidden.removeAttribute("tabindex");
  };
  hidden.addEventListener("click", show);
  hidden.addEventListener("keydown", ({ key }) => (key === "Enter" || key === " ") && show());
}
