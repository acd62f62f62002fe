// Small previews of files the person picked, drawn on a canvas so that no address of a file is ever made.

import { locale } from "./language.js";

/** A canvas that shows the picture in `file`, its long side at most `side` pixels; null where the browser cannot read it. */
export async function preview(file, side = 640) {
  if (!file.type.startsWith("image/")) return null;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

const PHOTO_NAME = /\.(jpe?g|png|webp|heic|heif|bmp|tiff?|avif|gif)$/i;

/** How a chat would send this file when it is not sent "as a file": photo, video or document. */
export function kindOf(file) {
  if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return "photo";
  if (file.type.startsWith("video/")) return "video";
  return PHOTO_NAME.test(file.name) ? "photo" : "document";
}

/** The size a picture takes in a bubble, in CSS pixels: whole where it fits, never a sliver. */
export function fitted(width, height, most = 320, least = 96) {
  const scale = Math.min(1.6, most / Math.max(1, width), (most * 1.2) / Math.max(1, height));
  return {
    width: Math.max(least, Math.round(width * scale)),
    height: Math.max(least, Math.round(height * scale)),
  };
}

/** "3 kB", "1.4 MB". */
export function bytes(count) {
  const [number, unit] = count < 1e3 ? [count, "byte"] : count < 1e6 ? [count / 1e3, "kilobyte"] : [count / 1e6, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, numberingSystem: "latn", maximumFractionDigits: number < 10 ? 1 : 0 }).format(number);
}
