// Promises at a stand. What is saved goes into this phone first and is sent from there, so that neither a lost network
// nor a lost answer loses it or sends it twice: each has its own key, and the server keeps one row a key.
// The page opens again without a network by floor-worker.js. Without this file the form is a plain form.

const form = document.querySelector("form[data-floor]");
const { send: address, worker, scope, person, event, waits, sent, refused, out, other, correct, drop, sure, amount, twice, none, gone, ready } = form.dataset;
const says = document.querySelector("[data-says]");
const list = document.querySelector("[data-kept]");
const prefix = `floor:${event}:`;
const WAIT = [2, 4, 8, 15, 30]; // seconds before the next try
const DAY = 24 * 60 * 60 * 1000; // so long one that arrived stays on the phone

const hex = (byte) => byte.toString(16).padStart(2, "0");
const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(hex).join("");
const key = form.elements.namedItem("key");
const put = (record) => localStorage.setItem(prefix + record.key, JSON.stringify(record));
const records = () =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(prefix))
    .map((name) => JSON.parse(localStorage.getItem(name)))
    .sort((a, b) => b.at.localeCompare(a.at));
const pause = (seconds) =>
  new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
const button = (text, work) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link";
  made.textContent = text;
  made.addEventListener("click", work);
  return made;
};

/** What arrived is kept for a day, of every event and person, and only what the list shows of it: no contact of a buyer. */
const shown = ({ exhibitor, guest, what, value }) => ({ exhibitor, guest, what, value });
const forget = () => {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith("floor:"))) {
    const record = JSON.parse(localStorage.getItem(name));
    if (record.state === "sent" && Date.now() - Date.parse(record.done ?? record.at) > DAY) localStorage.removeItem(name);
  }
};

const line = (text) => {
  const item = document.createElement("li");
  item.textContent = text;
  list.append(item);
};

/** Of another person of this phone only how many wait. */
const draw = () => {
  const rows = records().filter((one) => one.person === person);
  const others = records().filter((one) => one.person !== person && one.state !== "sent").length;
  list.replaceChildren();
  for (const record of rows) {
    const item = document.createElement("li");
    const state = document.createElement("p");
    const name = document.createElement("p");
    name.dir = "auto";
    state.className = "small";
    name.textContent = `${record.fields.exhibitor} – ${record.fields.guest}: ${record.fields.what}, ${record.fields.value}`;
    const states = { waiting: waits, sent: `${sent} ${record.number ?? ""}`, refused: `${refused} ${(record.errors ?? []).join(" ")}` };
    state.textContent = states[record.state];
    item.className = "stack";
    item.dataset.state = record.state;
    item.append(name, state);
    if (record.state === "refused") {
      const acts = document.createElement("div");
      acts.className = "acts";
      acts.append(button(correct, () => fill(record)), button(drop, () => dropped(record)));
      item.append(acts);
    }
    list.append(item);
  }
  if (others) line(`${other} ${others}`);
  if (!rows.length && !others) line(none);
};

/** It was never stored, so nothing brings it back. */
const dropped = (record) => {
  if (!confirm(sure)) return;
  localStorage.removeItem(prefix + record.key);
  draw();
};

/** A refused one back into the form, under its own key: it was never stored. */
const fill = (record) => {
  for (const [name, value] of Object.entries(record.fields)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  key.value = record.key;
  refuse("");
  form.elements.namedItem("what").focus();
};

const post = async (record, csrf) => {
  const body = new URLSearchParams({ ...record.fields, key: record.key, at: record.at });
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf, Accept: "application/json" } });
  if (answer.redirected || answer.status === 403) return false; // signed out meanwhile
  if (answer.status === 422) put({ ...record, state: "refused", errors: (await answer.json()).errors });
  else if (answer.ok) put({ ...record, fields: shown(record.fields), state: "sent", done: new Date().toISOString(), number: (await answer.json()).number });
  else if (answer.status === 404 || answer.status === 400) put({ ...record, state: "refused", errors: [gone] });
  else throw new Error(answer.statusText); // 429, 5xx: later
  return true;
};

let busy = false;
const sendAll = async () => {
  if (busy) return;
  busy = true;
  const next = () => records().reverse().find((one) => one.state === "waiting" && one.person === person);
  for (let tries = 0; next(); ) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.redirected || answer.status === 403) { says.textContent = out; break; }
      if (!answer.ok) throw new Error(answer.statusText);
      const who = await answer.json();
      if (String(who.person) !== person) { says.textContent = out; break; }
      for (let record = next(); record; record = next()) {
        if (!(await post(record, who.csrf))) { says.textContent = out; break; }
        draw();
      }
      if (says.textContent === out) break;
      says.textContent = "";
      tries = 0;
    } catch {
      says.textContent = waits;
      draw();
      await pause(WAIT[Math.min(tries, WAIT.length - 1)]);
      tries += 1;
    }
  }
  busy = false;
  draw();
};

// An amount that the server would refuse, while the buyer still stands there; in doubt it is sent. Of rupiah alone.
const WORDS = "rb|ribu|jt|juta|million|مليون|milyar|miliar|billion|مليار";
const AMOUNT = new RegExp(`^(?:rp\\.?|idr)?\\s*\\p{Nd}[\\p{Nd}\\s.,']*(?:(?:${WORDS})\\.?|-|–|—)?$`, "iu");
const TWICE = new RegExp(`^(?:rp\\.?|idr)?\\s*[^\\P{Nd}0٠۰]\\p{Nd}{0,2}[.,]\\p{Nd}{3}\\s*(?:${WORDS})\\.?$`, "iu"); // 1.500 juta
const wrongIn = ({ value, currency }) => {
  if (currency && currency !== "IDR") return "";
  if (TWICE.test(value.trim())) return twice;
  return AMOUNT.test(value.trim()) && /[^\P{Nd}0٠۰]/u.test(value) ? "" : amount;
};
const worth = form.elements.namedItem("value");
const refusal = document.createElement("p");
refusal.className = "error";
refusal.id = "refusal";
const refuse = (why) => {
  const is = Boolean(why);
  const ids = (worth.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== "refusal");
  worth.setAttribute("aria-describedby", [...ids, ...(is ? ["refusal"] : [])].join(" "));
  worth.setAttribute("aria-invalid", is);
  worth.closest(".field").classList.toggle("bad", is);
  refusal.remove();
  if (!is) return;
  refusal.textContent = why;
  worth.before(refusal);
  worth.focus();
};

form.addEventListener("submit", (submitted) => {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "key", "at"].includes(name)));
  const missing = ["exhibitor", "guest", "what", "value"].find((name) => !fields[name]?.trim());
  if (missing) {
    submitted.preventDefault();
    form.elements.namedItem(missing).focus();
    says.textContent = form.dataset.missing;
    return;
  }
  const wrong = wrongIn(fields);
  refuse(wrong);
  if (wrong) {
    submitted.preventDefault();
    says.textContent = "";
    return;
  }
  try {
    put({ key: key.value || newKey(), at: new Date().toISOString(), person, state: "waiting", fields });
  } catch {
    return; // the phone keeps nothing for us: the plain form goes its way
  }
  submitted.preventDefault();
  says.textContent = "";
  const { exhibitor } = fields;
  form.reset();
  form.elements.namedItem("exhibitor").value = exhibitor;
  for (const name of ["guest", "what", "quantity", "unit", "value", "email", "phone", "due_on", "note"]) {
    const field = form.elements.namedItem(name);
    if (field) field.value = "";
  }
  key.value = newKey();
  draw();
  form.elements.namedItem("guest").focus();
  sendAll();
});

// A badge is read by the camera where the browser can (Chrome on Android), without a network as well. A buyer's name is
// written where the page knows the badge and no other has that name; else its address, which the server understands.
const { scan, stop, noCamera, unread } = document.querySelector("[data-scan]").dataset;
const said = (text) => {
  const guests = [...document.querySelectorAll("#guests [data-token]")];
  const bearer = guests.find((one) => text.includes(one.dataset.token));
  return guests.filter((one) => one.value === bearer?.value).length === 1 ? bearer.value : text;
};
const readBadge = async (field, opener) => {
  const box = document.createElement("div");
  const video = document.createElement("video");
  let isOpen = true;
  box.className = "stack";
  video.muted = video.playsInline = true;
  video.width = 280;
  box.append(video, button(stop, () => { isOpen = false; }));
  opener.after(box);
  opener.hidden = true;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    while (isOpen) {
      const [found] = await detector.detect(video);
      if (found) {
        field.value = said(found.rawValue).slice(0, 200);
        field.dispatchEvent(new Event("change", { bubbles: true }));
        isOpen = false;
      } else await new Promise((done) => setTimeout(done, 200));
    }
    says.textContent = field.value ? "" : unread;
  } catch {
    says.textContent = noCamera;
  }
  for (const track of stream?.getTracks() ?? []) track.stop();
  box.remove();
  opener.hidden = false;
  field.focus();
};
const offerScan = async () => {
  if (!navigator.mediaDevices || !(await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) return;
  for (const field of ["exhibitor", "guest"].map((name) => form.elements.namedItem(name))) {
    const opener = button(scan, () => readBadge(field, opener));
    field.after(opener);
  }
};
offerScan().catch(() => {});

// Only the goods of the chosen pesantren, and their unit.
const goods = document.getElementById("goods");
const all = [...goods.options];
const narrow = () => {
  const of = form.elements.namedItem("exhibitor").value;
  const mine = all.filter((one) => one.dataset.of === of);
  goods.replaceChildren(...(mine.length ? mine : all));
};
form.elements.namedItem("exhibitor").addEventListener("change", narrow);
form.elements.namedItem("what").addEventListener("change", (changed) => {
  const unit = form.elements.namedItem("unit");
  const found = all.find((one) => one.value === changed.target.value);
  if (found && !unit.value) unit.value = found.dataset.unit;
});
narrow();

if (!key.value || localStorage.getItem(prefix + key.value)) key.value = newKey(); // a page from the phone has an old key
navigator.storage?.persist?.();
const opensAlone = async () => {
  if (!navigator.serviceWorker) return; // not over plain http: only an open page keeps its records then
  await navigator.serviceWorker.register(worker, { scope });
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
  navigator.serviceWorker.addEventListener("message", () => { document.querySelector("[data-ready-says]").textContent = ready; });
  active.postMessage({ page: location.href.split("#")[0], files });
};
opensAlone().catch(() => {});
addEventListener("online", sendAll);
forget();
draw();
sendAll();
