// The bot's reply keyboard: big buttons under the composer that say something for the person.

import { byId, h, icon } from "./dom.js";

/** Run the keyboard. `onPress(text)` is told what a button says. */
export function replyKeyboard({ onPress }) {
  const panel = byId("keyboard");
  const toggle = byId("keyboard-button");
  let shown = "[]";
  let folded = false;

  toggle.append(icon("keys"));
  toggle.addEventListener("click", () => {
    folded = !folded;
    fold();
  });

  function fold() {
    panel.hidden = shown === "[]" || folded;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
  }

  return {
    /** Show `rows` of `{text}`; none hides the keyboard and its button. */
    show(rows) {
      const wanted = JSON.stringify(rows);
      if (wanted === shown) return;
      shown = wanted;
      folded = false;
      toggle.hidden = rows.length === 0;
      panel.replaceChildren(
        ...rows.map((row) =>
          h("div", { class: "keyboard-row" }, ...row.map(({ text }) => h("button", { type: "button", class: "key", on: { click: () => onPress(text) } }, text))),
        ),
      );
      fold();
    },
  };
}
