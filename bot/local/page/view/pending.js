// Bubbles of what is still on its way: a clock, how much has gone out, and what to do when it fails.

import { h, icon, iconButton } from "../dom.js";
import { say } from "../language.js";
import { bytes, fitted, preview } from "../pictures.js";
import { clockTime } from "./time.js";

const AROUND = 2 * Math.PI * 18;

const SVG = "http://www.w3.org/2000/svg";

function ring() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 44 44");
  svg.setAttribute("aria-hidden", "true");
  for (const name of ["track", "gone"]) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 22, cy: 22, r: 18 })) circle.setAttribute(key, value);
    svg.append(circle);
  }
  return svg;
}

async function showFile(place, file, kind, alone) {
  const canvas = kind === "photo" ? await preview(file) : null;
  if (!canvas) {
    place.replaceChildren(
      h("span", { class: "file" },
        h("span", { class: "file-face" }, icon(kind === "photo" ? "picture" : "file")),
        h("span", { class: "file-words" }, h("span", { class: "file-name" }, file.name), h("span", { class: "file-size" }, bytes(file.size)))),
    );
    return;
  }
  if (alone) place.style.width = `${fitted(canvas.width, canvas.height).width}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", file.name);
  place.replaceChildren(canvas);
}

function carried(letter) {
  if (!letter.files) return null;
  const alone = letter.files.length === 1;
  const places = letter.files.map(() => h("div", { class: "photo" }));
  places.forEach((place, index) => showFile(place, letter.files[index], letter.kind, alone));
  if (alone) return places[0];
  const shape = letter.kind === "photo" ? `album ${letter.files.length % 2 ? "odd" : "even"}` : "files";
  return h("div", { class: shape, data: { count: letter.files.length } }, ...places);
}

function draw(letter, outbox) {
  const withPicture = letter.files && letter.kind === "photo";
  const progress = h("div", { class: "upload" }, ring(), iconButton("close", say("stop_sending"), () => outbox.discard(letter), "upload-stop"));
  return h(
    "li",
    { class: "message own tail pending", data: { letter: letter.id } },
    h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: `bubble ${withPicture ? "with-picture" : ""} ${letter.files && !letter.text ? "only-media" : ""}` },
        h("span", { class: "sr" }, `${say("being_sent")}: `),
        letter.files && h("div", { class: "upload-frame" }, carried(letter), progress),
        h("div", { class: "words", dir: "auto" }, letter.text || "", h("span", { class: "meta" }, h("time", {}, clockTime(letter.date)), icon("clock"))),
      ),
      h(
        "div",
        { class: "failed", role: "alert", hidden: true },
        h("span", { class: "failed-why" }),
        h("button", { type: "button", class: "failed-retry", on: { click: () => outbox.retry(letter) } }, icon("retry"), say("try_again")),
        h("button", { type: "button", class: "failed-drop", on: { click: () => outbox.discard(letter) } }, say("delete")),
      ),
    ),
  );
}

function update(element, letter) {
  const failed = element.querySelector(".failed");
  if (failed.hidden !== !letter.problem) {
    failed.hidden = !letter.problem;
    element.querySelector(".failed-why").textContent = letter.problem ? say("not_sent", { why: letter.problem }) : "";
  }
  element.classList.toggle("has-failed", Boolean(letter.problem));
  const gone = element.querySelector(".gone");
  gone?.setAttribute("stroke-dasharray", `${Math.max(0.04, letter.progress) * AROUND} ${AROUND}`);
}

/** Keep `list` showing what waits in `outbox`. */
export function showPending(list, outbox) {
  outbox.addEventListener("change", () => {
    const drawn = new Map([...list.children].map((element) => [element.dataset.letter, element]));
    for (const letter of outbox.letters) {
      const element = drawn.get(String(letter.id)) ?? draw(letter, outbox);
      if (!drawn.delete(String(letter.id))) list.append(element);
      update(element, letter);
    }
    for (const element of drawn.values()) element.remove();
  });
}
