// Where the reader stands: at the bottom it stays there; further up, a pill tells of what is new.

import { calm, icon } from "../dom.js";
import { say } from "../language.js";

const NEAR = 60;
const FAR = 400;

/** Hold `scroller` at the end of `content` while the reader is there. */
export function stayAtEnd(scroller, content, pill) {
  let atEnd = true;
  let unread = 0;
  let top = 0; // where the page was when last looked at

  const rest = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  };
  // Bubbles that come and go move the page as well; only a move up that is not theirs takes the reader from the end.
  const settle = () => {
    atEnd &&= scroller.scrollTop >= top - 1 || rest() < NEAR;
    if (atEnd) toEnd();
    showPill();
  };

  function showPill() {
    const wanted = !atEnd && (unread > 0 || rest() > FAR);
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

  const watcher = new ResizeObserver(settle);
  watcher.observe(content);
  watcher.observe(scroller);

  pill.addEventListener("click", () => {
    scroller.scrollTo({ top: scroller.scrollHeight, behavior: calm() ? "auto" : "smooth" });
  });

  return {
    /** To be called right after the conversation has been drawn. */
    settle,
    /** Tell that `count` messages of the bot came in. */
    arrived(count) {
      if (atEnd) return;
      unread += count;
      showPill();
    },
    /** Go to the end whatever the reader was looking at: they have just said something. */
    follow() {
      atEnd = true;
      unread = 0;
      toEnd();
    },
  };
}
