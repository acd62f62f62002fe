// A photo over the whole screen: Escape closes, arrows go through the chat's photos, a press looks closer.

import { mediaUrl } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { say } from "./language.js";
import { dialog } from "./view/dialog.js";
import { clockTime, dayName } from "./view/time.js";

/** Show `photos[index]` of messages that carry photos. */
export function openLightbox(photos, index, authorOf) {
  const image = h("img", { class: "lightbox-photo", draggable: "false" });
  const who = h("p", { class: "lightbox-who", "aria-live": "polite" });
  const words = h("p", { class: "lightbox-words" });
  const save = h("a", { class: "round", "aria-label": say("save_photo"), title: say("save_photo") }, icon("save"));
  const box = dialog({ label: say("photo"), className: "lightbox" });
  const back = iconButton("left", say("photo_before"), () => go(index - 1), "round lightbox-left");
  const on = iconButton("right", say("photo_next"), () => go(index + 1), "round lightbox-right");
  const closer = h("button", { type: "button", class: "lightbox-stage", "aria-label": say("look_closer"), autofocus: true, on: { click: zoom } }, image);

  function go(to) {
    if (!photos[to]) return;
    index = to;
    const message = photos[index];
    closer.classList.remove("close-up");
    image.src = mediaUrl(message.media.id);
    image.width = message.media.width || 800;
    image.height = message.media.height || 800;
    image.alt = message.caption ? say("photo_said", { words: message.caption }) : say("photo");
    who.textContent = `${authorOf(message)}, ${dayName(message.date)} ${clockTime(message.date)}`;
    words.textContent = message.caption ?? "";
    words.hidden = !message.caption;
    save.href = mediaUrl(message.media.id);
    save.download = message.media.name || `photo-${message.message_id}.jpg`;
    back.hidden = index === 0;
    on.hidden = index === photos.length - 1;
  }

  function zoom(event) {
    const near = closer.classList.toggle("close-up");
    closer.setAttribute("aria-label", say(near ? "look_further" : "look_closer"));
    if (!near || !event.clientX) return;
    const x = event.clientX / innerWidth;
    const y = event.clientY / innerHeight;
    closer.scrollTo((closer.scrollWidth - closer.clientWidth) * x, (closer.scrollHeight - closer.clientHeight) * y);
  }

  box.element.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") go(index - 1);
    if (key === "ArrowRight") go(index + 1);
  });
  box.body.append(
    closer,
    words,
    h("div", { class: "lightbox-bar" }, who, save, iconButton("close", say("close"), () => box.close())),
    back,
    on,
  );
  go(index);
  box.open();
}
