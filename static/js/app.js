// Every page works without this file; it only makes some things quicker.

/** Reads a number the way the field shows it; 0 when empty. */
const amountIn = (input) => Math.max(Number(input.value) || 0, 0);

// Plus and minus beside a quantity.
for (const button of document.querySelectorAll("[data-step]")) {
  const input = button.closest(".step").querySelector("input");
  button.hidden = false;
  button.addEventListener("click", () => {
    const step = Number(button.dataset.step);
    const low = Number(input.min) || 0;
    const high = input.max === "" ? Infinity : Number(input.max);
    input.value = Math.min(Math.max(amountIn(input) + step, low), high);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// The price-tier helper: shows which row applies and what a little more would cost. The server prices the order.
const tierForm = document.querySelector("form[data-tiers]");
if (tierForm) {
  const rows = [...document.querySelectorAll("tr[data-min]")];
  const input = tierForm.querySelector("input[type=number]");
  const output = tierForm.querySelector("output");
  const nudge = tierForm.querySelector(".nudge");
  const live = tierForm.querySelector("[aria-live=polite]");
  const { sign, decimals, locale, unit, more, less } = tierForm.dataset;
  const count = new Intl.NumberFormat(locale);
  const digits = { minimumFractionDigits: Number(decimals), maximumFractionDigits: Number(decimals) };
  const amount = new Intl.NumberFormat(locale, digits);
  // A left-to-right isolate keeps "Rp 21.000" in order inside Arabic.
  const money = (value) => `\u2066${sign}\u00a0${amount.format(value)}\u2069`;
  const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, key) => values[key]);
  let timer;

  const nudgeText = (wanted, total, next) => {
    if (!next || !wanted) return "";
    const price = Number(next.dataset.price);
    const step = Number(next.dataset.min);
    const cheaper = step * price <= total;
    const values = { n: `\u2068${count.format(step - wanted)} ${unit}\u2069`, p: money(price), s: money(step * price) };
    return fill(cheaper ? less : more, values);
  };

  const draw = () => {
    const wanted = amountIn(input);
    let current = 0;
    rows.forEach((row, index) => {
      if (wanted >= Number(row.dataset.min)) current = index;
    });
    rows.forEach((row, index) => row.classList.toggle("on", index === current));
    const total = Number(rows[current].dataset.price) * wanted;
    output.textContent = money(total);
    nudge.textContent = nudgeText(wanted, total, rows[current + 1]);
    clearTimeout(timer);
    timer = setTimeout(() => {
      live.textContent = `${count.format(wanted)} ${unit}: ${money(total)}. ${nudge.textContent}`;
    }, 700);
  };

  if (rows.length && input && output && nudge && live) {
    tierForm.addEventListener("input", draw);
    draw();
  }
}

// One submit per form: the second click of a double click goes nowhere.
const sent = new Map();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  sent.set(form, button);
  button?.setAttribute("aria-disabled", "true");
});

// Back from the next page, or a page kept in memory: the button works again.
addEventListener("pageshow", () => {
  for (const button of sent.values()) button?.removeAttribute("aria-disabled");
  sent.clear();
});

// A file download leaves the page where it is, so its button must not stay off.
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-stays")) setTimeout(() => dispatchEvent(new Event("pageshow")), 2000);
});

// After a refused form the reader starts at the list of what to mend.
document.querySelector(".errors")?.focus();

// On a phone the menu of a workspace is wider than the screen: the page one is on comes into view, nothing else moves.
const here = document.querySelector(".side-nav [aria-current]");
if (here) {
  const row = here.closest("ul");
  const [inner, outer] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inner.right > outer.right) row.scrollLeft += inner.right - outer.right + 16;
  if (inner.left < outer.left) row.scrollLeft -= outer.left - inner.left + 16;
}

// A listing that was in sight for two seconds is one look: a number for its pesantren, nothing about the person.
const shown = document.querySelector("[data-seen]");
if (shown) setTimeout(() => document.hidden || navigator.sendBeacon(shown.dataset.seen), 2000);

// Only where an address is written.
if (document.querySelector("select[data-districts]")) import("./places.js");

// Suggestions under the search field, fetched once somebody goes there.
document.querySelector("form[data-suggest]")?.addEventListener("focusin", () => import("./search.js"), { once: true });

// Signed out: what floor-worker.js keeps for the next page without a network is not for whoever holds the phone now.
if (document.querySelector("[data-nobody]")) globalThis.caches?.delete("floor-1").catch(() => {});
