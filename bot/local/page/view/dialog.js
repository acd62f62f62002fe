// A window over the page: Escape or a press beside it closes it, and the keyboard goes back to where it was.

import { h } from "../dom.js";

/** A modal window; `body` takes its contents, `open` and `close` do as they say, `onClose` runs once it is gone. */
export function dialog({ label, className = "card", role = null, onClose = () => {} }) {
  const body = h("div", { class: "dialog-body" });
  const element = h("dialog", { class: className, "aria-label": label, role }, body);
  element.addEventListener("close", () => {
    element.remove();
    onClose();
  });
  element.addEventListener("click", (event) => event.target === element && element.close());
  return {
    element,
    body,
    open() {
      document.body.append(element);
      element.showModal();
    },
    close: () => element.close(),
  };
}
