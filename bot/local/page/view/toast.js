// Short words from the bot or the page: a toast that goes by itself, or an alert that waits for OK.

import { byId, h } from "../dom.js";
import { say } from "../language.js";
import { dialog } from "./dialog.js";

const STAYS = 4500;

/** Show `text` for a few seconds. `mood` is "plain" or "bad". */
export function toast(text, mood = "plain") {
  const place = byId("toasts");
  const element = h("p", { class: `toast ${mood}`, dir: "auto" }, text);
  // Shown anew each time, so that it lies over a window opened since.
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
  place.append(element);
  setTimeout(() => {
    element.remove();
    if (!place.children.length && place.matches(":popover-open")) place.hidePopover();
  }, STAYS);
}

export function alertBox(text) {
  const box = dialog({ label: text, className: "card alert", role: "alertdialog" });
  box.body.append(
    h("p", { class: "alert-text", dir: "auto" }, text),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "primary", on: { click: () => box.close() } }, say("ok"))),
  );
  box.open();
}
