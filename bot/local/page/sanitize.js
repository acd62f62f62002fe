// The second wall before a message's HTML: rebuilds it from a short list of harmless elements.

import { say } from "./language.js";

const PLAIN = new Set(["b", "i", "u", "s", "code", "pre", "blockquote"]);
const DROPPED_WHOLE = new Set(["script", "style", "template", "iframe", "object", "embed", "noscript", "svg", "math", "head", "title"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** The address where it is a link a chat may hold, else null. */
export function safeAddress(text) {
  try {
    const url = new URL(text);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(node) {
  const href = safeAddress(node.getAttribute("href") ?? "");
  if (!href) return document.createDocumentFragment();
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function spoiler() {
  const hidden = document.createElement("span");
  hidden.className = "tg-spoiler";
  hidden.tabIndex = 0;
  hidden.setAttribute("role", "button");
  hidden.setAttribute("aria-label", say("hidden_text"));
  return hidden;
}

function shell(node) {
  const name = node.localName;
  if (PLAIN.has(name)) return document.createElement(name);
  if (name === "a") return link(node);
  if (name === "span" && node.classList.contains("tg-spoiler")) return spoiler();
  return document.createDocumentFragment(); // an unknown element loses its tag and keeps its words
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED_WHOLE.has(node.localName)) continue;
    const kept = shell(node);
    copy(node, kept);
    to.append(kept);
  }
  return to;
}

/** A fragment that shows `html` with nothing in it that could run, load or style anything. */
export function sanitize(html) {
  // A document made by DOMParser neither runs scripts nor loads pictures; a body keeps leading newlines as text.
  const parsed = new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html");
  return copy(parsed.body, document.createDocumentFragment());
}
