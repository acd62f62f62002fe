// The page's own words in the person's language, from a file for each; English where there is none.

const SPOKEN = ["en", "es", "pt", "fr", "de", "ru", "ar", "hi", "id"];
const FROM_RIGHT = new Set(["ar"]);
const KEPT_APART = ["\u2068", "\u2069"]; // Unicode's isolates: a name in Latin letters does not tumble in Arabic

/** The person's language as Telegram's apps tell it: the one in the page's address, else the browser's. */
export const language = new URLSearchParams(location.search).get("language") ?? navigator.language.split("-")[0];

const two = language.split("-")[0].toLowerCase();
const spoken = SPOKEN.includes(two) ? two : "en";
const words = await (await fetch(`page/words/${spoken}.json`)).json();
const plurals = new Intl.PluralRules(spoken);
const fromRight = FROM_RIGHT.has(spoken);

/** How times and days are written: by the person's own region where they read that language. */
export const locale = navigator.languages.find((one) => one.split("-")[0] === spoken) ?? spoken;

/** The words at `key`, with facts in the place of their {names}; a `count` chooses among the plurals. */
export function say(key, facts = {}) {
  const found = words[key] ?? words[`${key}.${plurals.select(facts.count)}`] ?? words[`${key}.other`];
  return found.replace(/\{(\w+)\}/g, (_, name) => (fromRight ? `${KEPT_APART[0]}${facts[name]}${KEPT_APART[1]}` : facts[name]));
}

const WHERE = { say: (element, text) => (element.textContent = text) };
for (const name of ["label", "title", "placeholder"]) {
  const attribute = name === "label" ? "aria-label" : name;
  WHERE[`say${name[0].toUpperCase()}${name.slice(1)}`] = (element, text) => element.setAttribute(attribute, text);
}

document.documentElement.lang = spoken;
document.documentElement.dir = fromRight ? "rtl" : "ltr";
// What stands in the page's HTML: data-say is its text, data-say-label, -title and -placeholder its attributes.
for (const element of document.querySelectorAll("[data-say], [data-say-label], [data-say-title], [data-say-placeholder]")) {
  for (const [name, put] of Object.entries(WHERE)) if (element.dataset[name]) put(element, say(element.dataset[name]));
}
