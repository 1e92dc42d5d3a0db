// Suggestions under the search field: a combobox with a list (ARIA 1.2). Without this the form just searches.
const form = document.querySelector("form[data-suggest]");
const input = form?.querySelector("input");

if (input) {
  const status = form.querySelector("[role=status]");
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "menu";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
  let timer;
  let asked;
  let current = -1;

  const close = () => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (index) => {
    const options = [...list.children];
    current = (index + options.length) % options.length;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === current)));
    input.setAttribute("aria-activedescendant", options[current].id);
    options[current].scrollIntoView({ block: "nearest" });
  };

  const draw = (suggestions) => {
    close();
    const options = suggestions.map(({ text, kind, url }, n) => {
      const option = document.createElement("li");
      const name = document.createElement("bdi");
      const about = document.createElement("small");
      option.id = `suggestion-${n}`;
      option.dataset.url = url;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      name.textContent = text;
      about.textContent = kind;
      option.append(name, " ", about);
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = options.length ? form.dataset.count.replace("{n}", options.length) : form.dataset.none;
  };

  const ask = async () => {
    asked?.abort();
    const text = input.value.trim();
    if (text.length < 2) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) draw((await answer.json()).suggestions);
    } catch {
      close(); // typed on, or away from the network: the form still works
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(current + 1);
    else if (event.key === "ArrowUp") choose(current < 0 ? -1 : current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && current >= 0) location.assign(list.children[current].dataset.url);
    else return;
    event.preventDefault();
  });
  // Pressing a suggestion must not take the focus from the field first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    close();
  });
}
