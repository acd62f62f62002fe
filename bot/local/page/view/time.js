// Clock times and names of days, as the person's own system writes them.

import { locale, say } from "../language.js";

const latin = { numberingSystem: "latn" }; // as the bot writes numbers in all languages
const clock = new Intl.DateTimeFormat(locale, { ...latin, hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(locale, { ...latin, dateStyle: "long", timeStyle: "short" });
const thisYear = new Intl.DateTimeFormat(locale, { ...latin, day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(locale, { ...latin, day: "numeric", month: "long", year: "numeric" });

const at = (seconds) => new Date(seconds * 1000);

export const clockTime = (seconds) => clock.format(at(seconds));

export const fullTime = (seconds) => full.format(at(seconds));

/** A key that is equal for two moments of one day here. */
export const dayKey = (seconds) => at(seconds).toDateString();

/** "Today", "Yesterday", "3 May", "3 May 2024". */
export function dayName(seconds, now = new Date()) {
  const day = at(seconds);
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return say("today");
  if (day.toDateString() === yesterday.toDateString()) return say("yesterday");
  return (day.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(day);
}
