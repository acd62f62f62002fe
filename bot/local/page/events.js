// The line to the server: reads the chat's state, follows its events, and dials again when the line drops.

import * as api from "./api.js";

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;
const SILENT_BOT_PAUSE = 2000;

/**
 * Follow the chat for ever. Each time the line is up, `onState` gets the whole state: a server that was
 * started anew counts its events from the beginning, so only the state is true after a break. A server that was
 * started anew has another address, too: then nothing is followed any more, and `onOld` is called.
 */
export function follow({ onState, onEvent, onLine, onOld }) {
  let pause = FIRST_PAUSE;
  let timer = 0;
  let source = null;
  let dialling = false;
  let looking = false;
  let ended = false;
  let last = 0;

  async function dial() {
    if (dialling || ended) return;
    dialling = true;
    clearTimeout(timer);
    try {
      const state = await api.state();
      last = state.n;
      onState(state);
      if (!state.connected) lookForBot();
      listen();
    } catch ({ old }) {
      dropped();
      if (old) over();
    } finally {
      dialling = false;
    }
  }

  function listen() {
    source?.close();
    source = api.events(last);
    source.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      onLine(true);
    });
    source.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      if (event.n <= last) return;
      last = event.n;
      onEvent(event);
    });
    source.addEventListener("error", dropped);
  }

  function dropped() {
    source?.close();
    source = null;
    onLine(false);
    clearTimeout(timer);
    timer = setTimeout(dial, pause);
    pause = Math.min(pause * 1.7, LONGEST_PAUSE);
  }

  function over() {
    ended = true;
    clearTimeout(timer);
    onOld();
  }

  // The page often opens before the bot has asked for its first update; nothing tells the page when it does.
  function lookForBot() {
    if (looking) return;
    looking = true;
    setTimeout(async () => {
      looking = false;
      try {
        const { bot, connected } = await api.state();
        onEvent({ kind: "profile", bot, connected });
        if (!connected) lookForBot();
      } catch {
        // The line is down: the next dial asks again.
      }
    }, SILENT_BOT_PAUSE);
  }

  const hurry = () => {
    if (!source && document.visibilityState === "visible") dial();
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  addEventListener("pagehide", () => source?.close());
  // A page that comes back from the browser's cache has a closed line.
  addEventListener("pageshow", (event) => event.persisted && dial());
  dial();
}
