// Where the reader stands: at the bottom it stays there; further up, a pill tells of what is new.
// What comes and is taller than the window is shown from its beginning.

import { calm, icon } from "../dom.js";
import { say } from "../language.js";

const NEAR = 60;
const FAR = 400;
const ABOVE = 8; // pixels left free above what is shown from its beginning

/** Hold `scroller` at the end of `content` while the reader is there. */
export function stayAtEnd(scroller, content, pill) {
  let atEnd = true;
  let unread = 0;
  let top = 0; // where the page was when last looked at
  let newest = null; // gives the element of what came last, until the reader does something
  let isAnswer = false; // whether what comes next is what the reader asked for with a tap

  const beginning = () => {
    const element = newest?.();
    if (!element) return Infinity;
    return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - ABOVE;
  };
  const rest = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const toEnd = () => {
    scroller.scrollTop = Math.min(scroller.scrollHeight, beginning());
    top = scroller.scrollTop;
  };
  // Bubbles that come and go move the page as well; only a move up that is not theirs takes the reader from the end.
  const settle = () => {
    atEnd &&= scroller.scrollTop >= top - 1 || rest() < NEAR;
    if (atEnd) toEnd();
    showPill();
  };

  function showPill() {
    const wanted = !atEnd && (unread > 0 || rest() > (newest ? NEAR : FAR)); // its own end may be below, with its buttons
    pill.hidden = !wanted;
    if (!wanted) return;
    const words = unread ? say("new_messages", { count: unread }) : "";
    pill.classList.toggle("bare", !words);
    pill.setAttribute("aria-label", words ? say("and_to_the_end", { words }) : say("to_the_end"));
    pill.replaceChildren(...(words ? [words] : []), icon("down"));
  }

  scroller.addEventListener("scroll", () => {
    top = scroller.scrollTop;
    atEnd = rest() < NEAR;
    if (atEnd) unread = 0;
    showPill();
  }, { passive: true });

  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    scroller.addEventListener(act, () => {
      newest = null;
      isAnswer = false;
    }, { passive: true, capture: true });
  }

  const watcher = new ResizeObserver(settle);
  watcher.observe(content);
  watcher.observe(scroller);

  pill.addEventListener("click", () => {
    newest = null;
    scroller.scrollTo({ top: scroller.scrollHeight, behavior: calm() ? "auto" : "smooth" });
  });

  return {
    /** To be called right after the conversation has been drawn. */
    settle,
    /** Tell that `count` messages of the bot came in; `first` gives the element of the first. To be called before `settle`. */
    arrived(count, first) {
      atEnd ||= isAnswer;
      isAnswer = false;
      if (atEnd) newest = first;
      else unread += count;
    },
    /** Tell that the reader tapped a button below the last message: they want to see what comes of it. */
    tapped() {
      isAnswer = true;
    },
    /** Go to the end whatever the reader was looking at: they have just said something. */
    follow() {
      atEnd = true;
      unread = 0;
      newest = null;
      toEnd();
    },
  };
}
