// What has been said so far: messages by number, kept true by the server's events.

/** Fires "change" (detail: `{arrived: Message[]}`) whenever the messages differ from before. */
export class Conversation extends EventTarget {
  #messages = new Map();

  all() {
    return [...this.#messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  get(id) {
    return this.#messages.get(id);
  }

  /** Take the server's whole state in place of what was known. */
  replace(messages) {
    const arrived = messages.filter((message) => !this.#messages.has(message.message_id));
    this.#messages = new Map(messages.map((message) => [message.message_id, message]));
    this.#changed(arrived);
  }

  /** Add messages or put their newer form in place. */
  put(...messages) {
    const arrived = messages.filter((message) => !this.#messages.has(message.message_id));
    for (const message of messages) this.#messages.set(message.message_id, message);
    this.#changed(arrived);
  }

  remove(ids) {
    for (const id of ids) this.#messages.delete(id);
    this.#changed([]);
  }

  /** The number of the newest message of the person that the bot has reacted to with a message of its own. */
  seenUpTo() {
    const answers = this.all().filter((message) => message.from === "bot");
    return answers.length ? answers[answers.length - 1].message_id : 0;
  }

  /** The reply keyboard now in force: rows of buttons, empty where there is none. */
  keyboard() {
    const asking = this.all().filter((message) => message.from === "bot" && message.keyboard);
    return asking.length ? asking[asking.length - 1].keyboard : [];
  }

  #changed(arrived) {
    this.dispatchEvent(new CustomEvent("change", { detail: { arrived } }));
  }
}
