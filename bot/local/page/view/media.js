// What a message carries besides words: a photo, an album, a document, a video, a voice, a sticker.

import { mediaUrl } from "../api.js";
import { h, icon } from "../dom.js";
import { say } from "../language.js";
import { bytes, fitted } from "../pictures.js";

const SHOWN_TYPES = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);

const LARGE = 3e6; // the server makes no thumbnails of files

const called = (kind, message) => say(`${kind}_${message.from === "person" ? "you" : "bot"}`);

function picture(message, size, { width, height }) {
  const alt = called("photo", message); // a caption stands beside it and need not be read twice
  return h("img", { src: mediaUrl(message.media.id, size), alt, width, height, decoding: "async", draggable: "false" });
}

function photoButton(message, image, actions) {
  return h("button", { type: "button", class: message.spoiler ? "photo spoiler" : "photo", data: { media: message.media.id }, on: { click: () => actions.open(message) } }, image);
}

function photo(message, actions) {
  const size = fitted(message.media.width || 300, message.media.height || 300);
  const image = picture(message, 640, size);
  image.style.aspectRatio = `${size.width} / ${size.height}`; // a smaller copy's own shape is rounded otherwise
  const button = photoButton(message, image, actions);
  button.style.width = `${size.width}px`;
  return button;
}

/** Several photos or files that belong together. */
export function album(messages, actions) {
  const photos = messages.every(({ media }) => media?.kind === "photo" || media?.kind === "video");
  if (!photos) return h("div", { class: "files" }, ...messages.map((message) => media(message, actions)));
  const tiles = messages.map((message) =>
    message.media.kind === "photo"
      ? photoButton(message, picture(message, 320, { width: 160, height: 160 }), actions)
      : media(message, actions),
  );
  tiles.forEach((tile, index) => (tile.dataset.message = messages[index].message_id));
  return h("div", { class: `album ${messages.length % 2 ? "odd" : "even"}`, data: { count: messages.length } }, ...tiles);
}

function fileFace(message) {
  const sign = h("span", { class: "file-face" }, icon("file"));
  if (!SHOWN_TYPES.has(message.media.mime) || message.media.bytes > LARGE) return sign;
  const image = h("img", { src: mediaUrl(message.media.id, 320), alt: "", width: 48, height: 48, decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(icon("file")));
  sign.replaceChildren(image);
  return sign;
}

function file(message) {
  const { id, name, bytes: count } = message.media;
  return h(
    "a",
    { class: "file", href: mediaUrl(id), download: name || "file", data: { media: id, message: message.message_id } },
    fileFace(message),
    h("span", { class: "file-words" }, h("span", { class: "file-name", dir: "auto" }, name || say("file")), h("span", { class: "file-size", dir: "auto" }, bytes(count ?? 0))),
  );
}

function video(message) {
  const { id, width, height } = message.media;
  return h("video", { src: mediaUrl(id), controls: true, preload: "metadata", playsinline: true, ...fitted(width || 300, height || 200), "aria-label": called("video", message) });
}

const voice = (message) =>
  h("audio", { src: mediaUrl(message.media.id), controls: true, preload: "metadata", "aria-label": called("voice", message) });

const sticker = (message) =>
  h("img", { class: "sticker", src: mediaUrl(message.media.id), alt: say("sticker"), width: 160, height: 160, decoding: "async" });

const SHAPES = { photo, document: file, video, voice, sticker };

/** The element that shows what one message carries; kinds unknown here are shown as files. */
export function media(message, actions) {
  return (SHAPES[message.media.kind] ?? file)(message, actions);
}
