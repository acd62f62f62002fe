// The bot's commands: a list behind a button, and the same list while a "/" is being typed.

import { byId, h, icon } from "./dom.js";

/** Run the list. `list()` gives the commands, `onChoose("/name")` is told which one was chosen. */
export function commandList({ field, list, onChoose }) {
  const panel = byId("commands");
  const button = byId("commands-button");
  let options = [];
  let active = -1;
  let openedBy = null; // the field while typing, the button when pressed

  button.append(icon("menu"));

  function show(commands, opener) {
    openedBy = opener;
    options = commands.map(({ command, description }, index) =>
      h(
        "div",
        { class: "option", role: "option", id: `command-${index}`, "aria-selected": "false", on: { click: () => choose(index), pointermove: () => mark(index) } },
        h("span", { class: "option-name" }, `/${command}`),
        h("span", { class: "option-words", dir: "auto" }, description),
      ),
    );
    panel.replaceChildren(...options);
    panel.hidden = options.length === 0;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    mark(options.length ? 0 : -1);
  }

  function hide() {
    if (panel.hidden) return;
    const back = panel.contains(document.activeElement);
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    mark(-1);
    if (back) openedBy.focus();
  }

  function mark(index) {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    for (const holder of [field, panel]) {
      if (index < 0) holder.removeAttribute("aria-activedescendant");
      else holder.setAttribute("aria-activedescendant", `command-${index}`);
    }
    options[index]?.setAttribute("aria-selected", "true");
    options[index]?.scrollIntoView({ block: "nearest" });
  }

  function choose(index) {
    const name = options[index].querySelector(".option-name").textContent;
    if (openedBy === field) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    hide();
    onChoose(name);
  }

  function steer(event) {
    if (panel.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((active + step + options.length) % options.length);
    else if (event.key === "Home" && event.currentTarget === panel) mark(0);
    else if (event.key === "End" && event.currentTarget === panel) mark(options.length - 1);
    else if ((event.key === "Enter" && !event.shiftKey) || (event.key === "Tab" && openedBy === field)) choose(active);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  field.addEventListener("keydown", steer, true); // before the composer, for which Enter means "send"
  panel.addEventListener("keydown", steer);
  field.addEventListener("input", () => {
    const typed = /^\/(\w*)$/.exec(field.value)?.[1];
    if (typed === undefined) return hide();
    show(list().filter(({ command }) => command.startsWith(typed.toLowerCase())), field);
  });
  // The press must not take the focus first: that would close the list and open it again.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (!panel.hidden) return hide();
    show(list(), button);
    panel.focus();
  });
  addEventListener("pointerdown", ({ target }) => !panel.contains(target) && !button.contains(target) && hide());
  panel.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !panel.contains(relatedTarget) && relatedTarget !== button && hide());
  field.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !panel.contains(relatedTarget) && hide());

  return {
    /** Show the button only where there is something behind it. */
    refresh: () => (button.hidden = list().length === 0),
  };
}
