// The bar at the top: the bot's name and what it is doing now, and a window that says what it is.

import { byId, h } from "../dom.js";
import { say } from "../language.js";
import { dialog } from "./dialog.js";

const DOING = new Set(["typing", "upload_photo", "upload_document"]);
const LASTS = 5000;

export function header({ onClear }) {
  const status = byId("status");
  const title = byId("about-button");
  const typing = byId("typing");
  const now = { old: false, line: false, connected: false, action: null };
  let bot = { name: "", description: "", short_description: "", commands: [], username: "" };
  let timer = 0;

  function tell() {
    const [text, mood] = now.old
      ? [say("started_anew"), "waiting"]
      : !now.line
        ? [say("connecting"), "waiting"]
        : now.action
          ? [say(DOING.has(now.action) ? now.action : "working"), "busy"]
          : now.connected
            ? [bot.short_description || say("online"), "calm"]
            : [say("waiting_bot"), "waiting"];
    if (status.textContent !== text) status.textContent = text;
    status.dataset.mood = mood;
    status.title = text;
    typing.hidden = !(now.line && now.action);
  }

  title.addEventListener("click", () => about(bot, onClear));

  return {
    bot: () => bot,
    profile(newBot) {
      bot = newBot;
      title.textContent = bot.name;
      document.title = say("title", { name: bot.name });
      tell();
    },
    line(up) {
      now.line = up;
      if (!up) now.action = null;
      tell();
    },
    /** The server was started anew, at another address. */
    old() {
      now.old = true;
      tell();
    },
    connected(yes) {
      now.connected = yes;
      tell();
    },
    /** The bot is doing something; it is taken to have stopped after five seconds or with `null`. */
    action(name) {
      now.action = name;
      clearTimeout(timer);
      if (name) timer = setTimeout(() => this.action(null), LASTS);
      tell();
    },
  };
}

function about(bot, onClear) {
  const box = dialog({ label: say("about", { name: bot.name }), className: "card about" });
  box.body.append(
    h("img", { src: "page/favicon.svg", alt: "", width: 72, height: 72 }),
    h("h2", {}, bot.name),
    h("p", { class: "about-user" }, `@${bot.username}`),
    h("p", { class: "about-words", dir: "auto" }, bot.description || bot.short_description || say("no_description")),
    h("p", { class: "about-local" }, say("on_this_computer")),
    h(
      "div",
      { class: "dialog-foot" },
      h("button", { type: "button", class: "plain danger", on: { click: () => { box.close(); onClear(); } } }, say("clear_chat")),
      h("button", { type: "button", class: "primary", autofocus: true, on: { click: () => box.close() } }, say("close")),
    ),
  );
  box.open();
}
