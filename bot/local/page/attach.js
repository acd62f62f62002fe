// Files from the person's hands: picked, photographed or pasted.

import { byId, icon } from "./dom.js";

/** Wire the paper clip, the camera and paste. `onFiles(files)` gets what was given, `onReplace(file)` another photo. */
export function attach({ onFiles, onReplace }) {
  const files = byId("pick-files");
  const camera = byId("pick-camera");
  const replacement = byId("pick-replacement");
  byId("attach-button").append(icon("clip"));
  byId("camera-button").append(icon("camera"));
  byId("attach-button").addEventListener("click", () => files.click());
  byId("camera-button").addEventListener("click", () => camera.click());

  // The value is emptied so that the same file can be picked twice in a row.
  const taken = (input) => {
    const list = [...input.files];
    input.value = "";
    return list;
  };
  for (const input of [files, camera]) {
    input.addEventListener("change", () => {
      const list = taken(input);
      if (list.length) onFiles(list);
    });
  }
  replacement.addEventListener("change", () => {
    const [file] = taken(replacement);
    if (file) onReplace(file);
  });

  addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    onFiles(pasted);
  });

  return { pickReplacement: () => replacement.click() };
}
