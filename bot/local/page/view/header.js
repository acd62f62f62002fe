// The bar at the top: the bot's name and what it is doing now, and a window that says what it is.

import { byId, h } from "../dom.js";
import { dialog } from "./dialog.js";

const DOING = {
  typing: "typing…",
  upload_photo: "sending photo…",
  upload_document: "sending file…",
  upload_video: "sending video…",
  upload_voice: "recording voice…",
  record_voice: "recording voice…",
  choose_sticker: "choosing sticker…",
  find_location: "finding location…",
};
const LASTS = 5000;

export function header({ onClear }) {
  const status = byId("status");
  const title = byId("about-button");
  const typing = byId("typing");
  const now = { old: false, line: false, connected: false, action: null };
  let bot = { name: "", description: "", short_description: "", commands: [], username: "" };
  let timer = 0;

  function say() {
    const [text, mood] = now.old
      ? ["started anew: open the new address", "waiting"]
      : !now.line
        ? ["connecting…", "waiting"]
        : now.action
          ? [DOING[now.action] ?? "working…", "busy"]
          : now.connected
            ? [bot.short_description || "online", "calm"]
            : ["waiting for the bot to start…", "waiting"];
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
      document.title = `${bot.name} · local chat`;
      say();
    },
    line(up) {
      now.line = up;
      if (!up) now.action = null;
      say();
    },
    /** The server was started anew, at another address. */
    old() {
      now.old = true;
      say();
    },
    connected(yes) {
      now.connected = yes;
      say();
    },
    /** The bot is doing something; it is taken to have stopped after five seconds or with `null`. */
    action(name) {
      now.action = name;
      clearTimeout(timer);
      if (name) timer = setTimeout(() => this.action(null), LASTS);
      say();
    },
  };
}

function about(bot, onClear) {
  const box = dialog({ label: `About ${bot.name}`, className: "card about" });
  box.body.append(
    h("img", { src: "page/favicon.svg", alt: "", width: 72, height: 72 }),
    h("h2", {}, bot.name),
    h("p", { class: "about-user" }, `@${bot.username}`),
    h("p", { class: "about-words", dir: "auto" }, bot.description || bot.short_description || "This bot has not described itself yet."),
    h("p", { class: "about-local" }, "You are talking to it on this computer, not on Telegram. Your photos stay here."),
    h(
      "div",
      { class: "dialog-foot" },
      h("button", { type: "button", class: "plain danger", on: { click: () => { box.close(); onClear(); } } }, "Clear this chat"),
      h("button", { type: "button", class: "primary", autofocus: true, on: { click: () => box.close() } }, "Close"),
    ),
  );
  box.open();
}
