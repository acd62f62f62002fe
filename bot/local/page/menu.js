// What can be done with one message: a small menu at the pointer, the finger or the keyboard's place.

import { h, icon } from "./dom.js";
import { say } from "./language.js";

const HELD = 480;
const ELSEWHERE = ["pointerdown", "wheel", "touchmove"]; // not "scroll": the page scrolls by itself, when news come

let open = null;

/** Show `items` ({icon or emoji, label, danger?, run}) beside `anchor`: an element or a point {x, y}. Focus goes back to `returnTo`. */
export function openMenu(items, anchor, returnTo) {
  open?.close();
  const element = h(
    "div",
    { class: "menu", role: "menu", "aria-label": say("message") },
    ...items.map((item) =>
      h(
        "button",
        { type: "button", role: "menuitem", tabindex: -1, class: item.danger ? "danger" : null, on: { click: () => { close(); item.run(); } } },
        item.icon ? icon(item.icon) : h("span", { class: "menu-emoji", "aria-hidden": "true" }, item.emoji),
        item.label,
      ),
    ),
  );
  const entries = [...element.children];

  function close() {
    if (open?.element !== element) return;
    open = null;
    element.remove();
    for (const act of ELSEWHERE) removeEventListener(act, beside, true);
    removeEventListener("resize", close);
    returnTo?.focus({ preventScroll: true });
  }
  const beside = ({ target }) => !element.contains(target) && close();

  element.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (to !== undefined) entries[(to + entries.length) % entries.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.body.append(element);
  place(element, anchor);
  open = { element, close };
  entries[0].focus({ preventScroll: true });
  // A menu opened by a press must not be closed by that same press.
  setTimeout(() => {
    if (open?.element !== element) return;
    for (const act of ELSEWHERE) addEventListener(act, beside, true);
    addEventListener("resize", close);
  });
}

function place(element, anchor) {
  const { width, height } = element.getBoundingClientRect();
  const box = anchor instanceof Element ? anchor.getBoundingClientRect() : null;
  const x = box ? box.right - width : anchor.x;
  const y = box ? Math.min(box.bottom, innerHeight) + 4 : anchor.y;
  const above = box ? Math.max(8, box.top - height - 4) : anchor.y - height;
  element.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  element.style.top = `${y + height + 8 > innerHeight ? Math.max(8, above) : y}px`;
}

/** Call `onAsk(target, point)` when a menu is asked for inside `root`: right button, menu key or a long press. */
export function askedForMenu(root, onAsk) {
  let timer = 0;
  let held = false;
  let start = null;

  root.addEventListener("contextmenu", (event) => {
    if (onAsk(event.target, { x: event.clientX, y: event.clientY })) event.preventDefault();
  });
  root.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    held = false;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => (held = Boolean(onAsk(event.target, start))), HELD);
  });
  const stop = () => clearTimeout(timer);
  root.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > 10) stop();
  });
  for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, stop);
  // The finger that opened the menu must not also press what lies under it.
  root.addEventListener("click", (event) => {
    if (!held) return;
    held = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
