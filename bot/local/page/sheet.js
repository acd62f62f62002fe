// A last look before sending: previews, a caption, and whether photos go as photos or as files.

import { h, icon, iconButton } from "./dom.js";
import { say } from "./language.js";
import { bytes, kindOf, preview } from "./pictures.js";
import { dialog } from "./view/dialog.js";

const CAPTION = 1024;

let current = null; // the sheet on the screen: more files join it

/**
 * Show `files`. `onSend({files, kind, caption})` is called once for each kind among them; with `replacing` (a message)
 * one photo takes another's place and `onSend` is called once.
 */
export function openSheet(files, { replacing = null, onSend, onMore }) {
  const shown = current?.isOpen() ? current : null; // of one that was closed just now the browser tells a moment later
  if (shown && !replacing) return shown.add(files);
  shown?.close();
  const next = sheet([...files], { replacing, onSend, onMore, onClose: () => current === next && (current = null) });
  current = next;
}

function sheet(files, { replacing, onSend, onMore, onClose }) {
  const previews = h("div", { class: "previews", role: "list", "aria-label": say("to_be_sent") });
  const title = h("h2", {});
  const caption = h("textarea", { class: "sheet-caption", rows: 1, maxlength: CAPTION, placeholder: say("add_a_caption"), "aria-label": say("caption"), autofocus: true });
  caption.value = replacing?.caption ?? "";
  const how = choice();
  const send = h("button", { type: "submit", class: "primary" }, icon("send"), h("span", {}, say(replacing ? "replace" : "send")));
  const form = h(
    "form",
    { class: "sheet-form", method: "dialog" },
    h("div", { class: "sheet-head" }, title, iconButton("close", say("close_unsent"), () => box.close())),
    previews,
    how,
    h("div", { class: "sheet-foot" }, caption, send),
  );
  const box = dialog({ label: say("send_sheet"), className: "sheet", onClose });
  box.body.append(form);

  function draw() {
    const photos = files.filter((file) => kindOf(file) === "photo").length;
    const what = photos === files.length ? "send_photos" : "send_files";
    title.textContent = replacing ? say("replace_photo") : say(what, { count: files.length });
    how.hidden = photos === 0 || Boolean(replacing);
    previews.dataset.count = files.length;
    const more = !replacing && onMore && iconButton("add", say("add_more"), onMore, "preview-add");
    previews.replaceChildren(...files.map((file) => tile(file, () => drop(file), files.length > 1)), ...(more ? [more] : []));
  }

  function drop(file) {
    files = files.filter((other) => other !== file);
    draw();
    caption.focus();
  }

  caption.addEventListener("input", () => {
    caption.style.height = "auto";
    caption.style.height = `${Math.min(caption.scrollHeight, 140)}px`;
  });
  caption.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asFiles = how.querySelector("input:checked").value === "document";
    const words = caption.value.trim();
    box.close();
    if (replacing) onSend({ files, kind: "photo", caption: words });
    else for (const part of byKind(files, asFiles, words)) onSend(part);
  });

  draw();
  box.open();
  return {
    add(more) {
      files = replacing ? more.slice(-1) : [...files, ...more];
      draw();
    },
    isOpen: () => box.element.open,
    close: box.close,
  };
}

/** One part for each kind, in the order of its first file; the caption goes with the first. */
function byKind(files, asFiles, caption) {
  const parts = new Map();
  for (const file of files) {
    const kind = asFiles ? "document" : kindOf(file);
    if (!parts.has(kind)) parts.set(kind, { files: [], kind, caption: parts.size ? "" : caption });
    parts.get(kind).files.push(file);
  }
  return [...parts.values()];
}

function choice() {
  const option = (value, words, hint, checked) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: "how", value, checked }), h("span", { class: "choice-words" }, words), h("span", { class: "choice-hint" }, hint));
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "sr" }, say("how_to_send")),
    option("photo", say("as_photo"), say("as_photo_hint"), true),
    option("document", say("as_file"), say("as_file_hint"), false),
  );
}

function tile(file, onDrop, canDrop) {
  const face = h("div", { class: "preview-face" }, icon(kindOf(file) === "photo" ? "picture" : "file"));
  const element = h(
    "div",
    { class: "preview", role: "listitem" },
    face,
    h("div", { class: "preview-words" }, h("span", { class: "preview-name" }, file.name), h("span", {}, bytes(file.size))),
    canDrop && iconButton("close", say("leave_out", { name: file.name }), onDrop, "preview-drop"),
  );
  preview(file, 720).then((canvas) => {
    if (!canvas) return;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    face.replaceChildren(canvas);
    element.classList.add("pictured");
  });
  return element;
}
