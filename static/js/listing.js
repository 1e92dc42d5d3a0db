// A new product on a phone with a poor network: what is typed is kept on the server, or on the phone until the
// network is back; photos are made smaller here, kept here, and sent one by one until each has arrived.
// Without this file both forms work as plain forms.

const LONGEST = 1600;
const WAIT = [2, 4, 8, 15, 30]; // seconds before the next try

// Browsers offer randomUUID over https only; a demonstration in a local network has none.
const hex = (byte) => byte.toString(16).padStart(2, "0");
const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(hex).join("");
const post = (url, body) => fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
const pause = (seconds) =>
  new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
/** A signed-out session answers with the sign-in page. */
const signedOut = (answer) => answer.redirected || answer.status === 403;

// --- answers ---
const form = document.querySelector("form[data-keep]");
if (form) {
  const { keep, name, changed, kept, offline, out } = form.dataset;
  const says = form.querySelector("[data-says]");
  const answers = () => [...new FormData(form)].filter(([key]) => key !== "csrfmiddlewaretoken");
  let dirty = false;
  let busy = false;
  let timer;

  const remember = () => {
    try { localStorage.setItem(name, JSON.stringify({ at: Date.now(), answers: answers() })); } catch { /* full */ }
  };
  const forget = () => { try { localStorage.removeItem(name); } catch { /* private mode */ } };

  const restore = () => {
    let local;
    try { local = JSON.parse(localStorage.getItem(name)); } catch { return; }
    if (!local || "bound" in form.dataset || local.at <= Number(changed)) return;
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [key, value] of local.answers) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(key)}"]`)) {
        if (field.type === "checkbox") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
    dirty = true;
    send();
  };

  const send = async () => {
    if (busy || !dirty) return;
    busy = true;
    for (let tries = 0; dirty; tries += 1) {
      dirty = false;
      try {
        const answer = await post(keep, new FormData(form));
        if (signedOut(answer)) { says.textContent = out; break; }
        if (!answer.ok) throw new Error(answer.statusText);
        if (!dirty) { forget(); says.textContent = kept; }
      } catch {
        dirty = true;
        says.textContent = offline;
        await pause(WAIT[Math.min(tries, WAIT.length - 1)]);
      }
    }
    busy = false;
  };

  form.addEventListener("input", () => {
    dirty = true;
    remember();
    clearTimeout(timer);
    timer = setTimeout(send, 600);
  });
  form.addEventListener("submit", remember);
  restore();
}

// --- photos ---
const sender = document.querySelector("form[data-photo-form]");
if (sender) {
  const { draft, waits, sends, drop, people } = sender.dataset;
  const list = document.querySelector("[data-photos]");
  const says = sender.querySelector("[data-photo-says]");
  const input = sender.querySelector("input[type=file]");
  const token = sender.querySelector("[name=csrfmiddlewaretoken]").value;
  const memory = new Map(); // where the phone keeps nothing for us
  sender.querySelector(".acts").hidden = true; // choosing is enough

  /** One step in the phone's own store; gives nothing where there is none. */
  const store = (mode, work) =>
    new Promise((done) => {
      const opening = indexedDB.open("photos", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
      opening.onerror = () => done(undefined);
      opening.onsuccess = () => {
        const step = work(opening.result.transaction("waiting", mode).objectStore("waiting"));
        step.onsuccess = () => done(step.result);
        step.onerror = () => done(undefined);
      };
    }).catch(() => undefined);
  const put = async (photo) => { memory.set(photo.key, photo); await store("readwrite", (rows) => rows.put(photo)); };
  const forgetPhoto = async (key) => { memory.delete(key); await store("readwrite", (rows) => rows.delete(key)); };
  const waiting = async () => {
    const kept = (await store("readonly", (rows) => rows.getAll())) ?? [];
    for (const photo of kept) if (photo.draft === draft) memory.set(photo.key, photo);
    return [...memory.values()];
  };

  /** At most 1600 pixels long, as JPEG without EXIF; what the browser cannot read goes as it is. */
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8))) ?? file;
    } catch {
      return file;
    }
  };

  const drawn = new Map();
  const draw = (photo) => {
    const item = document.createElement("li");
    const image = new Image(72, 72);
    const note = document.createElement("small");
    item.className = "stack";
    image.className = "thumb";
    image.src = URL.createObjectURL(photo.blob);
    image.alt = photo.name;
    note.textContent = waits;
    item.append(image, note);
    list.append(item);
    drawn.set(photo.key, { item, note });
  };

  const arrived = (photo, answer) => {
    const { item, note } = drawn.get(photo.key);
    const removal = document.createElement("form");
    const hidden = document.createElement("input");
    const button = document.createElement("button");
    removal.method = "post";
    removal.action = answer.move;
    hidden.type = "hidden";
    hidden.name = "csrfmiddlewaretoken";
    hidden.value = token;
    button.className = "link";
    button.textContent = drop;
    removal.append(hidden, button);
    note.remove();
    const shown = document.createElement("a");
    shown.className = "link small";
    shown.href = answer.people;
    shown.textContent = people;
    item.append(removal, ...(answer.people ? [shown] : []));
    item.dataset.photo = answer.pk;
  };

  let busy = false;
  const send = async () => {
    if (busy) return;
    busy = true;
    let tries = 0;
    for (let [photo] = await waiting(); photo; [photo] = await waiting()) {
      if (!drawn.has(photo.key)) draw(photo);
      drawn.get(photo.key).note.textContent = sends;
      const body = new FormData();
      body.append("csrfmiddlewaretoken", token);
      body.append("key", photo.key);
      body.append("photo", photo.blob, photo.name);
      try {
        const answer = await post(sender.action, body);
        if (signedOut(answer)) break; // it stays in the phone and is sent after the next sign-in
        if (answer.status === 422) {
          says.textContent = (await answer.json()).error;
          drawn.get(photo.key).item.remove();
        } else if (answer.ok) {
          arrived(photo, await answer.json());
        } else {
          throw new Error(answer.statusText);
        }
        await forgetPhoto(photo.key);
        tries = 0;
      } catch {
        drawn.get(photo.key).note.textContent = waits;
        await pause(WAIT[Math.min(tries, WAIT.length - 1)]);
        tries += 1;
      }
    }
    busy = false;
  };

  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    says.textContent = "";
    for (const file of files) {
      const photo = { key: newKey(), draft, name: file.name, blob: await smaller(file) };
      await put(photo);
      draw(photo);
    }
    send();
  });
  waiting().then((kept) => { if (kept.length) send(); });
}
