// Which pressed buttons still wait for the bot's answer.

const PATIENCE = 15000;
const REMEMBERED = 50;

const waiting = new Map(); // callback query → resolve
const early = new Set(); // answers that overtook the reply to the press itself

/** A promise that is kept once the bot has answered the callback query, or after fifteen seconds. */
export function answered(id) {
  if (early.delete(id)) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    setTimeout(() => settle(id), PATIENCE);
  });
}

export function settle(id) {
  const resolve = waiting.get(id);
  if (resolve) {
    waiting.delete(id);
    resolve();
    return;
  }
  early.add(id);
  if (early.size > REMEMBERED) early.delete(early.values().next().value);
}
