// The kecamatan of the chosen kabupaten or kota, without sending the form.
const regency = document.querySelector("select[data-districts]");
const form = regency.form;
const district = form.elements.namedItem("district");
const says = form.querySelector("[data-places]");
const show = form.querySelector("button[name=show]");
const [none] = district.options;
const chosen = new Map(); // what was chosen of each regency, for whoever comes back to it
let filled = regency.querySelector("option[selected]")?.value ?? "";

// Enter would press this button, the first of the form. It comes back where the list cannot be had.
show.closest("p").remove();

const fill = async () => {
  const code = regency.value;
  if (code === filled) return;
  chosen.set(filled, district.value);
  filled = code;
  district.replaceChildren(none);
  says.textContent = "";
  if (!code) return;
  try {
    const answer = await fetch(`${regency.dataset.districts}?regency=${code}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const names = await answer.json();
    if (filled !== code) return; // another one was chosen meanwhile
    district.append(...names.map((name) => new Option(name, name)));
    district.value = chosen.get(code) ?? "";
    says.textContent = says.dataset.places.replace("{n}", names.length);
  } catch {
    if (filled !== code) return;
    filled = "";
    says.before(show);
  }
};

fill();
regency.addEventListener("change", fill);
addEventListener("pageshow", fill); // a browser that restores forms fires no change
