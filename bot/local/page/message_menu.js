// Which things can be done with a message, depending on whose it is and what it holds.

import { say } from "./language.js";

const THUMBS = { "👍": "react_yes", "👎": "react_no" };

/** Thumbs up and down for what the bot said; the one that was given is taken back. */
function reactions(message, can) {
  const given = can.reaction(message);
  return Object.entries(THUMBS).map(([emoji, key]) => ({
    emoji,
    label: emoji === given ? say("react_back", { emoji }) : say(key),
    run: () => can.react(message, emoji === given ? "" : emoji),
  }));
}

/** The menu's items for `message`; `can` does them: reply, react, edit, replace, remove, copied, and tells the reaction given. */
export function itemsFor(message, can) {
  const own = message.from === "person";
  const text = message.text ?? message.caption;
  const { media } = message;
  return [
    { icon: "reply", label: say("reply"), run: () => can.reply(message) },
    ...(own ? [] : reactions(message, can)),
    own && media?.kind === "photo" && { icon: "picture", label: say("edit_photo"), run: () => can.replace(message) },
    own && media && { icon: "edit", label: say(text ? "edit_caption" : "add_caption"), run: () => can.edit(message) },
    own && !media && { icon: "edit", label: say("edit_text"), run: () => can.edit(message) },
    text && { icon: "copy", label: say("copy_text"), run: () => navigator.clipboard.writeText(text).then(can.copied, () => {}) },
    { icon: "delete", label: say("delete"), danger: true, run: () => can.remove([message.message_id]) },
  ].filter(Boolean);
}
