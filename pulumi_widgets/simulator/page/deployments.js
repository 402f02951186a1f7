// The deployments as cards, and what a colleague in the admin pages would do to them.

import { ask, byId, copyOf, pretty, Rows, sure, telling, write } from "./dom.js";

const TEMPLATE = {
  name: "Help",
  clientType: "v2",
  allowedDomains: ["www.example.com"],
  clientConfig: { v2: { theme: "light" } },
};

const all = new Map();
const drafts = new Map();
let limit = null;
let editing = null; // the key of the deployment that is in the editor; "" is one to be made
let base = ""; // what the editor began with

const rows = new Rows(byId("cards"), byId("deployments-more"), 60, make, fill, "deployments");

export function tell(news) {
  if (news.about) {
    limit = news.about.limit;
    all.clear();
  }
  if (!news.set) return;
  for (const key of news.gone) all.delete(key);
  for (const each of news.set) {
    all.set(each.id, each);
    if (!news.about) flash(rows.nodes.get(each.id));
  }
  // what was written for one that is gone has no place any more, but in the editor that is open
  for (const key of drafts.keys()) if (key && !all.has(key)) drafts.delete(key);
  draw();
  compare();
}

function draw() {
  const filter = byId("deployments-filter").value.toLowerCase();
  const found = [...all].filter(
    ([key, { body }]) => !filter || `${key} ${JSON.stringify(body)}`.toLowerCase().includes(filter),
  );
  rows.draw(found);
  byId("deployments-none").hidden = all.size > 0;
  write(byId("held"), limit === null ? `${all.size}` : `${all.size} of ${limit}`);
}

function make(key) {
  const card = copyOf("card");
  const error = card.querySelector(".error");
  const path = `deployments/${encodeURIComponent(key)}`;
  const on = (name, action) =>
    card.querySelector(name).addEventListener("click", () => telling(error, action));
  on(".edit", () => edit(key));
  on(".toggle", () => ask("PATCH", path, pretty({ disabled: !all.get(key).body.disabled })));
  on(".delete", () =>
    sure(`Delete “${nameOf(key)}”? A page that embeds its key has no chat then.`, "Delete", () =>
      ask("DELETE", path),
    ),
  );
  return card;
}

function fill(card, { id, body, halfMade }) {
  const put = (selector, text) => write(card.querySelector(selector), text);
  const name = nameOf(id);
  card.classList.toggle("disabled", body.disabled === true);
  put("h3", name);
  put(".type", body.clientType ?? "no type");
  put(".switch", body.disabled ? "off" : "on");
  card.querySelector(".half").hidden = !halfMade;
  put(".description", body.description ?? "");
  put(".key", id);
  put(".flow", body.flow?.id ?? "none");
  put(".domains", body.allowedDomains?.join(", ") || "any");
  put(".sign-in", body.authenticationRequired ? "required" : "not required");
  put("pre", pretty(body));
  put(".toggle", body.disabled ? "Enable" : "Disable");
  put(".edit", drafts.has(id) ? "Edit (not saved)" : "Edit");
  for (const action of ["edit", "toggle", "delete"]) {
    const button = card.querySelector(`.${action}`);
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
  }
}

const nameOf = (key) => all.get(key)?.body.name || "without a name";

function flash(card) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  card?.getAnimations({ subtree: false }).forEach((each) => each.cancel());
  card?.animate([{ outlineColor: "var(--accent)" }, { outlineColor: "transparent" }], 2500);
}

// The editor. What is written there is the user's: nothing that comes from the org changes it.

const dialog = byId("editor");
const text = byId("editor-text");

const current = () => (editing ? pretty(all.get(editing)?.body ?? {}) : pretty(TEMPLATE));

function edit(key) {
  editing = key;
  ({ base, text: text.value } = drafts.get(key) ?? { base: current(), text: current() });
  write(byId("editor-title"), key ? `Edit “${nameOf(key)}”` : "Add a deployment");
  write(byId("editor-error"), "");
  compare();
  dialog.showModal();
  text.focus();
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
}

function compare() {
  if (editing === null) return;
  const changed = current() !== base;
  let note = text.value === base ? "" : "Not saved.";
  if (editing && !all.has(editing)) note = "It was deleted meanwhile: there is nothing to save to.";
  else if (changed) note = "It changed meanwhile. Save puts yours over it; Start over takes what is there now.";
  write(byId("editor-note"), note);
}

function leave() {
  if (text.value === base || (editing && !all.has(editing))) drafts.delete(editing);
  else drafts.set(editing, { base, text: text.value });
  editing = null;
  write(byId("add"), drafts.has("") ? "Add (not saved)" : "Add");
  draw();
}

async function save() {
  const key = editing;
  const written = text.value;
  await telling(byId("editor-error"), async () => {
    try {
      JSON.parse(written);
    } catch (error) {
      throw new Error(`That is no JSON. ${error.message}`);
    }
    if (key) await ask("PUT", `deployments/${encodeURIComponent(key)}`, written);
    else await ask("POST", "deployments", written);
    if (editing === key && text.value === written) {
      base = written;
      dialog.close();
    }
  });
}

text.addEventListener("input", compare);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
});
dialog.addEventListener("close", leave);
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
byId("editor-cancel").addEventListener("click", () => dialog.close());
byId("editor-again").addEventListener("click", () => {
  base = text.value = current();
  write(byId("editor-error"), "");
  compare();
  text.focus();
});
addEventListener("beforeunload", (event) => {
  if (drafts.size || (editing !== null && text.value !== base)) event.preventDefault();
});

// All of the org at once.

byId("deployments-filter").addEventListener("input", draw);
byId("add").addEventListener("click", () => edit(""));
byId("example").addEventListener("click", async () => {
  const load = async () => ask("PUT", "deployments", await (await fetch("example.json")).text());
  if (!all.size) await load();
  else sure("Put an example in place of all deployments of this org?", "Load the example", load);
});
byId("reset").addEventListener("click", () =>
  sure("Delete all deployments, switch all faults off, and clear the log?", "Reset", async () => {
    await ask("PUT", "deployments", "[]");
    await ask("PUT", "faults", "{}");
    await ask("DELETE", "calls");
  }),
);
