// The conversation on the screen: days, albums and bubbles, of which only the changed ones are drawn anew.

import { calm, h } from "../dom.js";
import { say } from "../language.js";
import { bubble } from "./bubble.js";
import { dayKey, dayName } from "./time.js";

const PAUSE_IN_CLUSTER = 300;

/** Messages in the order said, those of one album together. */
function grouped(messages) {
  const groups = [];
  const albums = new Map();
  for (const message of messages) {
    const together = message.media_group_id && albums.get(message.media_group_id);
    if (together) {
      together.messages.push(message);
      continue;
    }
    const group = { key: `m${message.message_id}`, messages: [message] };
    if (message.media_group_id) albums.set(message.media_group_id, group);
    groups.push(group);
  }
  return groups;
}

function endsCluster(group, next) {
  if (!next) return true;
  const [one, other] = [group.messages[0], next.messages[0]];
  return one.from !== other.from || dayKey(one.date) !== dayKey(other.date) || other.date - one.date > PAUSE_IN_CLUSTER;
}

/** Keep `log` showing `conversation`. `actions` is what bubbles can ask for: press, open, menu, run, jump, get, … */
export class MessagesView {
  #drawn = new Map(); // key → {signature, element}

  constructor(log, conversation, actions) {
    this.log = log;
    this.conversation = conversation;
    this.actions = actions;
    conversation.addEventListener("change", () => this.draw());
    log.addEventListener("keydown", (event) => this.#walk(event));
  }

  draw() {
    const groups = grouped(this.conversation.all());
    const seen = this.conversation.seenUpTo();
    const days = new Map();
    const kept = new Map();
    groups.forEach((group, index) => {
      const element = this.#element(group, kept);
      element.classList.toggle("tail", endsCluster(group, groups[index + 1]));
      this.#tick(element, group.messages[0].message_id < seen);
      const day = dayKey(group.messages[0].date);
      if (!days.has(day)) days.set(day, { date: group.messages[0].date, elements: [] });
      days.get(day).elements.push(element);
    });
    for (const [key, { element }] of this.#drawn) if (!kept.has(key)) element.remove();
    this.#drawn = kept;
    this.#place(days);
    this.#oneTabStop();
  }

  element(id) {
    return this.log.querySelector(`.message[data-id="${id}"]`) ?? this.log.querySelector(`[data-message="${id}"]`)?.closest(".message");
  }

  /** Bring a message into view and let it light up for a moment. */
  jump(id) {
    const element = this.element(id);
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    element.focus({ preventScroll: true });
    element.classList.add("lit");
    setTimeout(() => element.classList.remove("lit"), 1400);
  }

  #element(group, kept) {
    const quoted = group.messages.map((message) => this.conversation.get(message.reply_to));
    const signature = JSON.stringify([group.messages, quoted, this.actions.botName(), this.actions.reaction(group.messages[0]), [...this.actions.commands()]]);
    const before = this.#drawn.get(group.key);
    if (before?.signature === signature) {
      kept.set(group.key, before);
      return before.element;
    }
    const element = bubble(group, this.actions);
    if (before) this.#takePlace(before.element, element);
    else if (!calm()) element.classList.add("fresh");
    kept.set(group.key, { signature, element });
    return element;
  }

  // An edit keeps the picture that is already on the screen and the place of the keyboard.
  #takePlace(old, element) {
    for (const drawn of old.querySelectorAll("button.photo[data-media]")) {
      const same = element.querySelector(`button.photo[data-media="${CSS.escape(drawn.dataset.media)}"] img`);
      const image = drawn.querySelector("img");
      if (same && image.getAttribute("width") === same.getAttribute("width")) {
        image.alt = same.alt;
        same.replaceWith(image);
      }
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const places = (root) => [...root.querySelectorAll(".answers a, .answers button")];
    const index = focused ? places(old).indexOf(focused) : -1;
    old.replaceWith(element);
    if (!focused) return;
    const next = places(element);
    (next[Math.min(index, next.length - 1)] ?? element).focus({ preventScroll: true });
  }

  #tick(element, seen) {
    const word = element.querySelector("[data-tick]");
    if (!word || element.dataset.seen === String(seen)) return;
    element.dataset.seen = String(seen);
    word.textContent = say(seen ? "tick_answered" : "tick_sent");
  }

  #place(days) {
    const sections = new Map([...this.log.children].map((section) => [section.dataset.day, section]));
    let before = null;
    for (const [day, { date, elements }] of days) {
      const section = sections.get(day) ?? h("section", { class: "day", data: { day } }, h("p", { class: "day-name" }), h("ol", { class: "messages" }));
      sections.delete(day);
      section.firstChild.textContent = dayName(date);
      section.setAttribute("aria-label", dayName(date));
      putInOrder(section.lastChild, elements);
      if ((before ? before.nextSibling : this.log.firstChild) !== section) before ? before.after(section) : this.log.prepend(section);
      before = section;
    }
    for (const section of sections.values()) section.remove();
  }

  #all() {
    return [...this.log.querySelectorAll(".message")];
  }

  // The log is one stop for the Tab key; arrows walk inside it.
  #oneTabStop() {
    const all = this.#all();
    const current = all.find((element) => element === document.activeElement) ?? all[all.length - 1];
    for (const element of all) element.tabIndex = element === current ? 0 : -1;
  }

  #walk(event) {
    const here = event.target;
    if (!here.classList.contains("message")) return;
    const all = this.#all();
    const at = all.indexOf(here);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.actions.menu(this.conversation.get(Number(here.dataset.id)), here);
    else if (to === undefined) return;
    event.preventDefault();
    if (!all[to]) return;
    all[to].focus();
    this.#oneTabStop();
  }
}

function putInOrder(list, elements) {
  let before = null;
  for (const element of elements) {
    const here = before ? before.nextSibling : list.firstChild;
    if (here !== element) before ? before.after(element) : list.prepend(element);
    before = element;
  }
}
