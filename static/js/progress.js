// A page that waits for background work looks again by itself; without this file its link does.

const EVERY = 2000;

/** Puts the new figures into the old places: what a person reads or has focused stays where it is. */
const show = (old, fresh) => {
  const bar = old.querySelector("progress");
  const next = fresh.querySelector("progress");
  const said = old.querySelector("[role=status]");
  if (!bar !== !next) {
    old.replaceWith(fresh);
    return;
  }
  if (bar) {
    bar.max = next.max;
    bar.value = next.value;
  }
  old.querySelector("h2").textContent = fresh.querySelector("h2").textContent;
  said.textContent = fresh.querySelector("[role=status]").textContent;
};

const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (!fresh) {
        location.reload();
        return;
      }
      show(document.querySelector("[data-progress]"), fresh);
    }
  } catch {
    // No network: the work goes on without us.
  }
  setTimeout(look, EVERY);
};

setTimeout(look, EVERY);
