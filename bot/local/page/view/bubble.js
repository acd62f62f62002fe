// One bubble: who speaks, what it answers, picture, words, time and ticks, buttons.

import { h, icon, iconButton } from "../dom.js";
import { say } from "../language.js";
import { buttons } from "./buttons.js";
import { album, media } from "./media.js";
import { clockTime, fullTime } from "./time.js";
import { words } from "./words.js";

function quote(message, actions) {
  const said = actions.get(message.reply_to);
  if (!said) return null;
  const text = said.text ?? said.caption ?? say({ photo: "photo", document: "file" }[said.media?.kind] ?? "message");
  return h(
    "button",
    { type: "button", class: "quote", title: say("go_to_message"), on: { click: () => actions.jump(said.message_id) } },
    h("span", { class: "quote-who" }, said.from === "person" ? say("you") : actions.botName()),
    h("span", { class: "quote-text", dir: "auto" }, text.slice(0, 90)),
  );
}

/** Time, "edited" and the ticks; which tick shows is chosen by the bubble's `data-seen`. */
function meta(message) {
  const own = message.from === "person";
  const when = new Date(message.date * 1000).toISOString();
  return h(
    "span",
    { class: "meta" },
    message.edited && h("span", { class: "edited" }, `${say("edited")} `),
    h("time", { datetime: when, title: fullTime(message.date) }, clockTime(message.date)),
    own && h("span", { class: "ticks" }, icon("sent"), icon("seen"), h("span", { class: "sr", data: { tick: "" } })),
  );
}

function carried(group, actions) {
  if (group.messages.length > 1) return album(group.messages, actions);
  return group.messages[0].media ? media(group.messages[0], actions) : null;
}

function reacted(message, actions) {
  const emoji = actions.reaction(message);
  return emoji ? h("span", { class: "reaction", role: "img", "aria-label": say("reacted", { emoji }) }, emoji) : null;
}

/** The list item for one message or for one album (`group.messages` holds one or more). */
export function bubble(group, actions) {
  const first = group.messages[0];
  const spoken = group.messages.find((message) => message.text || message.caption) ?? first;
  const own = first.from === "person";
  const text = words(spoken, actions);
  const time = meta(group.messages[group.messages.length - 1]);
  text?.append(time);
  const picture = carried(group, actions);
  const shows = picture && ["photo", "video", "sticker"].includes(first.media.kind);
  const body = h(
    "div",
    { class: ["bubble", shows && "with-picture", picture && !text && "only-media", first.media && `of-${first.media.kind}`].filter(Boolean).join(" ") },
    h("span", { class: "sr" }, `${own ? say("you") : actions.botName()}: `),
    quote(spoken, actions),
    picture,
    text ?? time,
    reacted(first, actions),
    iconButton("more", say("more"), (event) => actions.menu(first, event.currentTarget), "more"),
  );
  body.querySelector(".more").tabIndex = -1; // reached by the message's own menu key; a stop per message would tire
  return h(
    "li",
    { class: `message ${own ? "own" : "bot"}`, tabindex: "-1", data: { id: first.message_id } },
    h("div", { class: "stack" }, body, buttons(spoken.buttons?.length ? spoken : first, actions)),
  );
}
