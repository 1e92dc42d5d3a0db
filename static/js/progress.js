// A page that waits for background work looks again by itself; without this file its link does.

const EVERY = 2000;

const waiting = (page) => [...page.querySelectorAll("[data-progress]")];

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

/** True once the work is done. A panel with an id ends in its own place, so that what is typed beside it stays. */
const follow = (page) => {
  const old = waiting(document);
  const fresh = waiting(page);
  if (fresh.length === old.length) {
    old.forEach((one, at) => show(one, fresh[at]));
    return false;
  }
  const end = old[0].id && page.getElementById(old[0].id);
  if (end) {
    old[0].replaceWith(end);
  } else {
    location.reload();
  }
  return true;
};

const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (follow(page)) return;
    }
  } catch {
    // No network: the work goes on without us.
  }
  setTimeout(look, EVERY);
};

setTimeout(look, EVERY);
