// The page's calls to the local server; each returns its JSON or throws a Problem with a sentence to show.

import { language, say } from "./language.js";

const asked = new URLSearchParams(location.search);
const person = asked.get("person");
const chat = asked.get("chat");

// Who is talking, in which chat: the server's own choice where the page's address says nothing.
const whose = () => ({ language, ...(person && { person: Number(person) }), ...(chat && { chat: Number(chat) }) });

/** What went wrong, as a sentence for the person. `away`: no server answered at all; `old`: this page's address is no longer any. */
export class Problem extends Error {
  constructor(sentence, { away = false, old = false } = {}) {
    super(sentence);
    this.away = away;
    this.old = old;
  }
}

const AWAY = say("server_away");

function address(path, query = {}) {
  return `${path}?${new URLSearchParams({ ...query, ...whose() })}`;
}

/** What a refusal says in the person's language; the server's own sentence where no person comes to it. */
function sentence(status, { error, why, facts }) {
  return why ? say(`why_${why}`, facts) : error || say("server_error", { status });
}

function read(status, text) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    if (status < 400) throw new Problem(say("server_unreadable"));
  }
  if (status >= 400) throw new Problem(sentence(status, body), { away: status >= 502, old: status === 403 });
  return body;
}

async function call(path, options, query) {
  let response;
  try {
    response = await fetch(address(path, query), options);
    return read(response.status, await response.text());
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(AWAY, { away: true });
  }
}

const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, ...whose() }),
  });

// fetch cannot tell how much has gone out; XMLHttpRequest can.
function upload(path, form, onProgress, signal) {
  for (const [name, value] of Object.entries(whose())) form.append(name, String(value));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      try {
        resolve(read(request.status, request.responseText));
      } catch (problem) {
        reject(problem);
      }
    });
    request.addEventListener("error", () => reject(new Problem(AWAY, { away: true })));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

export const state = () => call("chat/state", {});

export const sendText = (text, replyTo) => post("chat/text", { text, ...(replyTo && { reply_to: replyTo }) });

export const press = (messageId, data) => post("chat/press", { message_id: messageId, data });

/** React to a message with an emoji, or take it back with none. */
export const react = (messageId, emoji) => post("chat/react", { message_id: messageId, emoji });

export const remove = (messageIds) => post("chat/delete", { message_ids: messageIds });

/** Send files as one message, or as an album where there are several. `onProgress` gets 0…1. */
export function sendFiles({ files, kind, caption }, onProgress, signal) {
  const form = new FormData();
  form.append("kind", kind);
  if (caption) form.append("caption", caption);
  for (const file of files) form.append("file", file, file.name);
  return upload("chat/file", form, onProgress, signal);
}

/** Change an own message: `{text}`, `{caption}` or `{file, caption}`. */
export function edit(messageId, { file, text, caption }, onProgress = () => {}, signal = null) {
  const form = new FormData();
  form.append("message_id", String(messageId));
  if (text !== undefined) form.append("text", text);
  if (caption !== undefined) form.append("caption", caption);
  if (file) form.append("file", file, file.name);
  return upload("chat/edit", form, onProgress, signal);
}

export const events = (since) => new EventSource(address("chat/events", { since }));

/** Where a picture lies; `size` asks for a smaller copy that fits that many pixels. */
export const mediaUrl = (id, size) => `chat/media/${encodeURIComponent(id)}${size ? `?size=${size}` : ""}`;
