// Where the person writes: grows with the text, Enter sends, Shift+Enter begins a line; also edits and answers.

import { byId, h, icon, iconButton } from "./dom.js";
import { say } from "./language.js";

const TALLEST = 168;
const TOUCH = "(pointer: coarse)";

/**
 * Run the composer. `onSend(text, replyTo)` gets a new message, `onEdit(message, text)` a changed one and returns
 * a promise of true once the server has it.
 */
export function composer({ onSend, onEdit }) {
  const form = byId("composer");
  const field = byId("text");
  const context = byId("context");
  const send = byId("send-button");
  const camera = byId("camera-button");
  let about = null; // {doing: "edit" | "reply", message}
  let draft = "";

  send.append(icon("send"));

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    field.classList.toggle("tall", field.scrollHeight > TALLEST);
    const ready = field.value.trim() !== "" || about?.doing === "edit";
    if (!ready && document.activeElement === send) field.focus();
    send.hidden = !ready;
    camera.hidden = ready;
  }

  function write(text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function drop() {
    if (!about) return;
    const before = about;
    about = null;
    context.hidden = true;
    send.setAttribute("aria-label", say("send"));
    write(before.doing === "edit" ? draft : field.value);
  }

  function turnTo(doing, message) {
    drop();
    about = { doing, message };
    draft = field.value;
    const title = say(doing === "edit" ? "edit_message" : "reply");
    const said = message.text ?? message.caption ?? say("photo");
    context.replaceChildren(
      icon(doing),
      h("div", { class: "context-words" }, h("span", { class: "context-title" }, title), h("span", { class: "context-text" }, said.slice(0, 120))),
      iconButton("close", say(`stop_${doing}`), drop),
    );
    context.hidden = false;
    if (doing === "edit") {
      send.setAttribute("aria-label", say("save_change"));
      write(message.text ?? message.caption ?? "");
    }
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  async function submit() {
    const text = field.value.trim();
    if (about?.doing === "edit") {
      const { message } = about;
      if ((text === "" && message.text) || text === (message.text ?? message.caption ?? "")) return drop();
      if (await onEdit(message, text)) drop();
      return;
    }
    if (!text) return;
    const replyTo = about?.message.message_id ?? null;
    write("");
    drop();
    onSend(text, replyTo);
    field.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return; // the list of commands or an input method took the key
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && about) {
      event.preventDefault();
      drop();
    }
  });
  // Whoever starts to write anywhere on the page writes here.
  addEventListener("keydown", (event) => {
    const free = document.activeElement === document.body && !document.querySelector("dialog[open]");
    if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ") field.focus();
  });
  grow();

  return {
    field,
    edit: (message) => turnTo("edit", message),
    reply: (message) => turnTo("reply", message),
    /** Let go of a message that is gone. */
    forget: (ids) => about && ids.includes(about.message.message_id) && drop(),
    /** Put the cursor here, but never raise a phone's keyboard unasked. */
    focus: () => matchMedia(TOUCH).matches || field.focus(),
  };
}
