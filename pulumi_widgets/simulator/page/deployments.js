// The deployments as cards, and what a colleague in the admin pages would do to them.

import { ask, byId, copyOf, matcher, pretty, Rows, say, sure, telling, write } from "./dom.js";

const TEMPLATE = {
  name: "Help",
  clientType: "v2",
  allowedDomains: ["www.example.com"],
  clientConfig: { v2: { theme: "light" } },
};

const FILTER = "deployments-filter";

const all = new Map();
const drafts = new Map();
let limit = null;
let org = ""; // which one is at the address
let editing = null; // the key of the deployment that is in the editor; "" is one to be made
let base = ""; // what the editor began with
let home = ""; // the org in which it began

const rows = new Rows(byId("cards"), byId("deployments-more"), 60, make, fill, "deployments");

export function tell(news) {
  if (news.about) {
    limit = news.about.limit;
    org = news.about.data ?? news.about.environment + news.about.seed;
    all.clear();
  }
  if (!news.set) return;
  const set = news.set.map((each) => ({ ...each, body: JSON.parse(each.text) }));
  if (!news.about) announce(set, news.gone);
  for (const key of news.gone) all.delete(key);
  for (const each of set) {
    all.set(each.id, each);
    const card = rows.nodes.get(each.id);
    if (card && !news.about) flash(card);
    if (card) write(card.querySelector(".error"), "");
  }
  for (const [key, draft] of [...drafts]) keep(key, draft);
  draw();
  compare();
}

function announce(set, gone) {
  const each = [
    ...set.map(({ id, body }) => `${all.has(id) ? "Changed" : "Added"}: ${named(body)}`),
    ...gone.map((key) => `Deleted: ${nameOf(key)}`),
  ];
  say(each.length > 3 ? `${each.length} deployments changed` : each.join(", "));
}

function draw() {
  const matches = matcher(FILTER);
  const found = [...all].filter(([key, { body, text, halfMade }]) =>
    matches(`${key} ${text} ${stateOf(body)} ${halfMade ? "half made" : ""}`),
  );
  rows.draw(found);
  byId("deployments-none").hidden = all.size > 0;
  byId("deployments-unmatched").hidden = !all.size || found.length > 0;
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
    sure(`Delete ${quoted(key)}? A page that embeds its key, ${key}, has no chat then.`, "Delete", () =>
      // somebody else may have been quicker
      all.has(key) ? ask("DELETE", path) : null,
    ),
  );
  return card;
}

function fill(card, { id, body, text, halfMade }) {
  const put = (selector, text) => write(card.querySelector(selector), text);
  const name = nameOf(id);
  card.classList.toggle("disabled", body.disabled === true);
  put("h3", name);
  put(".type", body.clientType ?? "no type");
  put(".switch", stateOf(body));
  card.querySelector(".half").hidden = !halfMade;
  put(".description", body.description ?? "");
  put(".key", id);
  put(".flow", body.flow?.id ?? "none");
  put(".domains", body.allowedDomains?.join(", ") || "any");
  put(".sign-in", body.authenticationRequired ? "required" : "not required");
  put("pre", text);
  put(".toggle", body.disabled ? "Enable" : "Disable");
  put(".edit", drafts.has(id) ? "Edit (not saved)" : "Edit");
  for (const action of ["edit", "toggle", "delete"]) {
    const button = card.querySelector(`.${action}`);
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
  }
  card.querySelector("summary").setAttribute("aria-label", `JSON of ${name}`);
}

const stateOf = (body) => (body.disabled ? "off" : "on");

const named = (body) => body.name || "without a name";

const nameOf = (key) => named(all.get(key)?.body ?? {});

// in a sentence: what is written from right to left does not turn the rest of it round
const quoted = (key) => `“\u2068${nameOf(key)}\u2069”`;

function flash(card) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const each of card.getAnimations()) each.cancel();
  card.animate([{ outline: "3px solid var(--accent)" }, { outline: "3px solid transparent" }], 2500);
}

// The editor. What is written there is the user's: nothing that comes from the org changes it.

const dialog = byId("editor");
const text = byId("editor-text");

const current = () => (editing ? all.get(editing)?.text ?? "{}" : pretty(TEMPLATE));

function edit(key) {
  editing = key;
  ({ base, text: text.value } = drafts.get(key) ?? { base: current(), text: current() });
  home = org;
  drafts.delete(key); // it is one again when the editor closes
  label();
  write(byId("editor-title"), key ? `Edit ${quoted(key)}` : "Add a deployment");
  refuse("");
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
  if (home !== org) note = "Another org is at this address now. Save adds it there.";
  else if (editing && !all.has(editing)) note = "It was deleted meanwhile. Save adds it anew, with another key.";
  else if (changed) note = "It changed meanwhile. Save puts yours over it; Start over takes what is there now.";
  write(byId("editor-note"), note);
}

// Of what is gone, a draft is one of a new deployment.
function keep(key, draft) {
  drafts.delete(key);
  if (draft.text !== draft.base) drafts.set(all.has(key) ? key : "", draft);
  rows.filled.delete(key);
  label();
}

const label = () => write(byId("add"), drafts.has("") ? "Add (not saved)" : "Add");

function leave() {
  keep(editing, { base, text: text.value });
  editing = null;
  draw();
  if (document.activeElement === document.body) byId("deployments").focus();
}

function refuse(message) {
  write(byId("editor-error"), message);
  text.setAttribute("aria-invalid", `${Boolean(message)}`);
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
    if (all.has(key)) await ask("PUT", `deployments/${encodeURIComponent(key)}`, written);
    else await ask("POST", "deployments", written);
    if (!all.has(key)) byId(FILTER).value = ""; // what is new is to be seen
    if (editing === key && text.value === written) {
      base = written;
      dialog.close();
    }
  });
  refuse(byId("editor-error").textContent);
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
  base = current();
  text.select();
  // as if it was typed: a browser can undo it
  if (!document.execCommand("insertText", false, base)) text.value = base;
  refuse("");
  compare();
  text.focus();
});
addEventListener("beforeunload", (event) => {
  if (drafts.size || (editing !== null && text.value !== base)) event.preventDefault();
});

// All of the org at once.

byId(FILTER).addEventListener("input", draw);
byId("add").addEventListener("click", () => edit(""));
byId("example").addEventListener("click", async () => {
  const load = async () => ask("PUT", "deployments", await (await fetch("example.json")).text());
  if (!all.size) await telling(byId("deployments-error"), load);
  else sure("Put an example in place of all deployments of this org?", "Load the example", load);
});
byId("reset").addEventListener("click", () =>
  sure("Delete all deployments, switch all faults off, and clear the log?", "Reset", async () => {
    await ask("PUT", "deployments", "[]");
    await ask("PUT", "faults", "{}");
    await ask("DELETE", "calls");
  }),
);
