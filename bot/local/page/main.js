// The page's one place where everything meets: server, conversation, views, composer.

import * as api from "./api.js";
import { answered, settle } from "./answers.js";
import { attach } from "./attach.js";
import { commandList } from "./commands.js";
import { composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { drop } from "./drop.js";
import { follow } from "./events.js";
import { replyKeyboard } from "./keyboard.js";
import { language, say } from "./language.js";
import { openLightbox } from "./lightbox.js";
import { askedForMenu, openMenu } from "./menu.js";
import { itemsFor } from "./message_menu.js";
import { Outbox } from "./outbox.js";
import { safeAddress } from "./sanitize.js";
import { openSheet } from "./sheet.js";
import { header } from "./view/header.js";
import { MessagesView } from "./view/messages.js";
import { showPending } from "./view/pending.js";
import { stayAtEnd } from "./view/scroll.js";
import { alertBox, toast } from "./view/toast.js";

const conversation = new Conversation();
const outbox = new Outbox();
const bar = header({ onClear: () => remove(conversation.all().map((message) => message.message_id)) });
const reading = stayAtEnd(byId("scroller"), byId("scroll-content"), byId("pill"));

const commandNames = () => new Set(bar.bot().commands.map(({ command }) => command));
const photos = () => conversation.all().filter((message) => message.media?.kind === "photo");
const author = (message) => (message.from === "person" ? say("you") : bar.bot().name);

function speak(text, replyTo = null) {
  reading.follow();
  outbox.text(text, replyTo);
}

const troubled = (key) => (problem) => {
  if (problem.name !== "AbortError") toast(say(key, { why: problem.message }), "bad");
};

const remove = (ids) => ids.length && api.remove(ids).catch(troubled("not_deleted"));

async function press(message, { data }) {
  if (message.message_id === conversation.all().at(-1)?.message_id) reading.tapped();
  try {
    const { callback_query_id: id } = await api.press(message.message_id, data);
    await answered(id);
  } catch (problem) {
    troubled("not_pressed")(problem);
  }
}

const reactions = new Map(); // by the message, as this page gave them
const reaction = (message) => reactions.get(message.message_id) ?? "";

async function react(message, emoji) {
  try {
    await api.react(message.message_id, emoji);
    reactions.set(message.message_id, emoji);
    view.draw();
  } catch (problem) {
    troubled("not_changed")(problem);
  }
}

async function change(message, what) {
  try {
    conversation.put((await api.edit(message.message_id, what)).message);
    return true;
  } catch (problem) {
    troubled("not_changed")(problem);
    return false;
  }
}

const writing = composer({
  onSend: speak,
  onEdit: (message, words) => change(message, message.media ? { caption: words } : { text: words }),
});

let replacing = null;
const hands = attach({
  onFiles: look,
  onReplace: (file) => openSheet([file], { replacing, onSend: ({ files, caption }) => change(replacing, { file: files[0], caption }) }),
});

function look(files) {
  openSheet(files, {
    onMore: () => byId("pick-files").click(),
    onSend({ files: chosen, kind, caption }) {
      reading.follow();
      outbox.files(chosen, kind, caption);
    },
  });
}

function menu(message, anchor, returnTo = view.element(message?.message_id)) {
  if (!message) return false;
  const items = itemsFor(message, {
    reply: writing.reply,
    reaction,
    react,
    edit: writing.edit,
    remove: (ids) => remove(ids),
    copied: () => toast(say("copied")),
    replace(which) {
      replacing = which;
      hands.pickReplacement();
    },
  });
  openMenu(items, anchor, returnTo);
  return true;
}

const view = new MessagesView(byId("log"), conversation, {
  press,
  menu,
  run: (command) => speak(command),
  open: (message) => openLightbox(photos(), photos().findIndex(({ message_id: id }) => id === message.message_id), author),
  jump: (id) => view.jump(id),
  get: (id) => conversation.get(id),
  reaction,
  botName: () => bar.bot().name,
  commands: commandNames,
});

askedForMenu(byId("log"), (target, point) => {
  // Words marked with the pointer and links keep the browser's own menu.
  if (target.closest("a[href], audio, video") || !getSelection().isCollapsed) return false;
  const element = target.closest(".message");
  const id = target.closest("[data-message]")?.dataset.message ?? element?.dataset.id;
  const atKeyboard = element === target && document.activeElement === element;
  return menu(conversation.get(Number(id)), atKeyboard ? element.querySelector(".bubble") : point, element);
});

showPending(byId("outbox"), outbox);
const commands = commandList({ field: writing.field, list: () => bar.bot().commands, onChoose: (name) => speak(name) });
const keys = replyKeyboard({ onPress: (text) => speak(text) });
drop({ onFiles: look, onRefuse: (sentence) => toast(sentence, "bad") });
byId("start-button").addEventListener("click", () => {
  speak("/start");
  writing.focus();
});

let known = false;

function showWhatThereIs() {
  const nothing = known && conversation.all().length === 0 && outbox.letters.length === 0;
  byId("empty").hidden = !nothing;
  keys.show(conversation.keyboard());
  reading.settle();
}
conversation.addEventListener("change", ({ detail: { arrived } }) => {
  const news = arrived.filter((message) => message.from === "bot");
  if (news.length) reading.arrived(news.length, () => view.element(news[0].message_id));
  showWhatThereIs();
});
outbox.addEventListener("change", showWhatThereIs);

function profile(bot) {
  bar.profile(bot);
  commands.refresh();
  const words = byId("empty-description");
  words.textContent = bot.description ?? "";
  words.hidden = !bot.description;
  view.draw();
}

// The event of a message may overtake the answer to its sending; shown at once it would stand there twice.
const early = [];
outbox.addEventListener("sent", ({ detail }) => conversation.put(...detail));
outbox.addEventListener("idle", () => conversation.put(...early.splice(0)));

const HAPPENED = {
  message({ message }) {
    if (message.from === "person" && outbox.sending) {
      early.push(message);
      return;
    }
    if (message.from === "bot") {
      bar.action(null);
      bar.connected(true);
      reading.settle();
    }
    conversation.put(message);
  },
  edited: ({ message }) => conversation.put(message),
  deleted({ message_ids: ids }) {
    writing.forget(ids);
    conversation.remove(ids);
  },
  action({ action }) {
    bar.connected(true);
    bar.action(action);
  },
  answer({ callback_query_id: id, text, alert, url }) {
    settle(id);
    if (text) (alert ? alertBox : toast)(text);
    if (url && safeAddress(url)) open(safeAddress(url), "_blank", "noopener,noreferrer");
  },
  profile({ bot, connected, language: its }) {
    if (its && its !== language.split("-")[0]) return; // what people of another language see
    if (connected !== undefined) bar.connected(connected);
    profile(bot);
  },
};

follow({
  onState(state) {
    const first = !known;
    known = true;
    bar.connected(state.connected);
    conversation.replace(state.messages);
    profile(state.bot);
    showWhatThereIs();
    if (!first) return;
    reading.follow();
    if (state.messages.length) writing.focus();
  },
  onEvent: (event) => HAPPENED[event.kind]?.(event),
  onLine: (up) => bar.line(up),
  onOld: () => bar.old(),
});

// Until here, while the words were on their way, a tap would have been lost: the page took none.
byId("phone").inert = false;
byId("phone").removeAttribute("aria-busy");
