// Which things can be done with a message, depending on whose it is and what it holds.

/** The menu's items for `message`; `can` does them: reply, edit, replace, remove, copied. */
export function itemsFor(message, can) {
  const own = message.from === "person";
  const text = message.text ?? message.caption;
  const { media } = message;
  return [
    { icon: "reply", label: "Reply", run: () => can.reply(message) },
    own && media?.kind === "photo" && { icon: "picture", label: "Edit photo", run: () => can.replace(message) },
    own && media && { icon: "edit", label: text ? "Edit caption" : "Add caption", run: () => can.edit(message) },
    own && !media && { icon: "edit", label: "Edit text", run: () => can.edit(message) },
    text && { icon: "copy", label: "Copy text", run: () => navigator.clipboard.writeText(text).then(can.copied, () => {}) },
    { icon: "delete", label: "Delete", danger: true, run: () => can.remove([message.message_id]) },
  ].filter(Boolean);
}
