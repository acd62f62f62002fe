// The rows of buttons under a message: links open a new tab, the others tell the bot and show that it is working.

import { h, icon } from "../dom.js";
import { say } from "../language.js";
import { safeAddress } from "../sanitize.js";

function linkButton(button) {
  const href = safeAddress(button.url);
  return h(
    "a",
    { class: "answer", href, target: "_blank", rel: "noopener noreferrer", "aria-label": say("new_tab", { text: button.text }) },
    h("span", { dir: "auto" }, button.text),
    icon("link"),
  );
}

function dataButton(message, button, actions) {
  const element = h("button", { type: "button", class: "answer" }, h("span", { dir: "auto" }, button.text));
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    try {
      await actions.press(message, button);
    } finally {
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}

/** An inline keyboard, or null where the message has none. */
export function buttons(message, actions) {
  if (!message.buttons?.length) return null;
  const rows = message.buttons.map((row) =>
    h("div", { class: "answer-row" }, ...row.map((button) => (button.url ? linkButton(button) : dataButton(message, button, actions)))),
  );
  return h("div", { class: "answers", role: "group", "aria-label": say("buttons_of") }, ...rows);
}
