// Files dropped anywhere on the page, with a target that shows itself while they hover.

import { byId, h, icon } from "./dom.js";
import { say } from "./language.js";

/** Wire dropping. `onFiles(files)` gets the files; `onRefuse(sentence)` is told what cannot be taken. */
export function drop({ onFiles, onRefuse }) {
  const target = byId("drop");
  let inside = 0; // dragenter and dragleave come for each element under the pointer

  target.append(
    h("div", { class: "drop-card" }, icon("picture"), h("p", { class: "drop-title" }, say("drop_title")), h("p", {}, say("drop_words"))),
  );

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  function show(yes) {
    if (yes === target.matches(":popover-open")) return;
    if (yes) target.showPopover();
    else target.hidePopover();
  }

  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    inside += 1;
    show(true);
  });
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    inside = Math.max(0, inside - 1);
    if (inside === 0) show(false);
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    inside = 0;
    show(false);
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory).length;
    if (folders) onRefuse(say("no_folders"));
    const files = items
      .filter((item) => !item.webkitGetAsEntry?.()?.isDirectory)
      .map((item) => item.getAsFile())
      .filter(Boolean);
    if (files.length) onFiles(files);
  });
}
