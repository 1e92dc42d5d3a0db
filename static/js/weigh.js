// Says while one types whether accepted, downgraded, rejected and lost come to what was weighed. The server decides.
const says = document.querySelector("[data-sum]");
const form = says.closest("form");
const parts = ["accepted", "downgraded", "rejected", "shrinkage"];

// As the server reads it: 360 · 360,5 · 360.5 · 1.250,5; nothing where it may mean two things.
const read = (name) => {
  const text = form.elements.namedItem(name).value.trim().replace(/\s*kg$/i, "");
  if (!text) return 0;
  if (/^\d+([.,]\d{1,2})?$/.test(text)) return Number(text.replace(",", "."));
  if (/^\d{4,}[.,]\d{3}$/.test(text)) return Number(text.replace(",", "."));
  if (/^\d{1,3}(\.\d{3})+,\d{1,3}$/.test(text)) return Number(text.replaceAll(".", "").replace(",", "."));
  return NaN;
};

const tell = () => {
  const grams = (name) => Math.round(read(name) * 1000);
  const missing = grams("weighed") - parts.reduce((sum, name) => sum + grams(name), 0);
  const known = !Number.isNaN(missing) && form.elements.namedItem("weighed").value.trim() !== "";
  says.hidden = !known;
  if (!known) return;
  const amount = (Math.abs(missing) / 1000).toString().replace(".", ",");
  const words = missing === 0 ? says.dataset.fits : missing > 0 ? says.dataset.less : says.dataset.more;
  says.textContent = words.replace("{n}", amount);
};

tell();
form.addEventListener("input", tell);
addEventListener("pageshow", tell);
