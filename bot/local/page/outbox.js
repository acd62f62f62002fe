// What is on its way to the server: one thing at a time, in order, each with progress and a second try.

import * as api from "./api.js";

const MOST_IN_ALBUM = 10;

/**
 * Fires "change" when the list or a progress moved, "sent" (detail: messages) when the server has something, and
 * "idle" when nothing is being sent any more.
 */
export class Outbox extends EventTarget {
  #letters = [];
  #running = false;
  #next = 1;

  get letters() {
    return this.#letters;
  }

  /** True while the server is being told something: its event may overtake its answer. */
  get sending() {
    return this.#running;
  }

  text(text, replyTo = null) {
    this.#add({ kind: "text", text, send: async () => [(await api.sendText(text, replyTo)).message] });
  }

  /** `kind` is photo, video or document; more than ten files become several albums, the first with the caption. */
  files(files, kind, caption) {
    for (let first = 0; first < files.length; first += MOST_IN_ALBUM) {
      const part = files.slice(first, first + MOST_IN_ALBUM);
      const words = first === 0 ? caption : "";
      this.#add({
        kind,
        files: part,
        text: words,
        send: async (onProgress, signal) =>
          (await api.sendFiles({ files: part, kind, caption: words }, onProgress, signal)).messages,
      });
    }
  }

  retry(letter) {
    letter.problem = null;
    this.#run();
  }

  /** Take a letter back: stops it while it is going out. */
  discard(letter) {
    letter.stop?.abort();
    this.#letters = this.#letters.filter((other) => other !== letter);
    this.#tell("change");
  }

  #add(letter) {
    this.#letters.push({ id: this.#next++, date: Date.now() / 1000, progress: 0, problem: null, ...letter });
    this.#run();
  }

  async #run() {
    this.#tell("change");
    if (this.#running) return;
    this.#running = true;
    let letter;
    while ((letter = this.#letters.find((waiting) => !waiting.problem))) await this.#deliver(letter);
    this.#running = false;
    this.#tell("idle");
  }

  async #deliver(letter) {
    letter.stop = new AbortController();
    letter.progress = 0;
    try {
      const onProgress = (part) => {
        letter.progress = part;
        this.#tell("change");
      };
      const messages = await letter.send(onProgress, letter.stop.signal);
      this.#letters = this.#letters.filter((other) => other !== letter);
      this.dispatchEvent(new CustomEvent("sent", { detail: messages }));
    } catch (problem) {
      if (problem.name === "AbortError") return;
      letter.problem = problem.message;
    }
    this.#tell("change");
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
