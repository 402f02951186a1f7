// The log of what was asked of the org, the newest first.

import { ask, byId, copyOf, matcher, pretty, Rows, say, telling, write } from "./dom.js";

// what is to be seen of an answer that has no status
const WIRES = { "": "…", reset: "connection broken", close: "closed", hang: "no answer" };
const LOGIN = "/oauth/token";

const log = new Map();
let newest = 0;
let upTo = null; // while somebody reads a row, none comes above it: the last one that is shown
let news = 0; // requests that were not told yet
let timer = null;

const rows = new Rows(byId("log"), byId("requests-more"), 100, make, fill, "requests");

export function tell({ about, requests, oldest }) {
  if (about) log.clear();
  if (!requests) return;
  for (const each of requests) {
    if (!log.has(each.number) && !about) news += 1;
    log.set(each.number, each);
  }
  for (const number of log.keys()) {
    if (number >= oldest) break; // they came in this order
    log.delete(number);
  }
  draw();
  if (news && !timer) timer = setTimeout(speak, 1000);
}

// Every five seconds at most: a command asks faster than anybody listens.
function speak() {
  const last = [...log.values()].at(-1);
  const count = news === 1 ? "1 new request" : `${news} new requests`;
  if (news && last) say(`${count}, the last: ${last.method} ${last.path} ${outcome(last)}`);
  timer = news ? setTimeout(speak, 5000) : null;
  news = 0;
}

const outcome = ({ status, wire }) => (status === null ? WIRES[wire] ?? wire : `${status}`);

const duration = (ms) => (ms < 1 ? "< 1 ms" : `${Math.round(ms)} ms`);

function draw() {
  const list = byId("log");
  const reads = list.querySelector("[open]") || list.contains(document.activeElement);
  upTo = reads ? upTo ?? newest : null;
  newest = [...log.keys()].at(-1) ?? 0;
  const matches = matcher("requests-filter");
  const found = [...log].reverse().filter(([, each]) =>
    matches(`${each.method} ${each.path} ${outcome(each)} ${each.fault}`),
  );
  const shown = upTo === null ? found : found.filter(([number]) => number <= upTo);
  rows.draw(shown);
  byId("requests-newer").hidden = shown.length === found.length;
  write(byId("requests-newer"), `Show ${found.length - shown.length} newer`);
  byId("requests-none").hidden = log.size > 0;
  byId("requests-unmatched").hidden = !log.size || found.length > 0;
  write(byId("asked"), `${log.size}`);
}

function make(number) {
  const row = copyOf("request");
  row.querySelector("details").addEventListener("toggle", () => {
    draw();
    bodies(row, number);
  });
  return row;
}

function fill(row, each) {
  const put = (selector, text) => write(row.querySelector(selector), text);
  const at = new Date(each.at * 1000);
  put("time", at.toLocaleTimeString("en-GB"));
  row.querySelector("time").dateTime = at.toISOString();
  put(".method", each.method);
  put(".path", each.path);
  put(".status", outcome(each));
  row.querySelector(".status").classList.toggle("bad", !(each.status < 400) || each.status === null);
  put(".fault", each.fault.replaceAll("_", " "));
  put(".took", each.seconds === null ? "" : duration(each.seconds * 1000));
  if (row.dataset.outcome !== outcome(each)) {
    row.dataset.outcome = outcome(each);
    if (row.querySelector("details").open) bodies(row, each.number);
  }
}

// They are fetched when somebody looks: ten thousand of them would be too much for a page.
async function bodies(row, number) {
  if (!row.querySelector("details").open) return;
  const each = log.get(number);
  const put = (selector, text) => write(row.querySelector(selector), text);
  if (each.route === LOGIN) {
    put(".body", "not shown: it holds credentials");
    put(".answer", "not shown: it holds credentials");
    return;
  }
  try {
    const { body, answer } = await ask("GET", `requests/${number}`);
    const hidden = each.status === 401 ? "not shown: it came without a good token" : "none";
    put(".body", body === null ? hidden : pretty(body));
    put(".answer", each.wire ? readable(answer) : "on its way");
  } catch (error) {
    put(".body", "");
    put(".answer", error.message);
  }
}

function readable(answer) {
  if (!answer) return answer === null ? "none, or not kept any more" : "none";
  try {
    return pretty(JSON.parse(answer));
  } catch {
    return answer;
  }
}

byId("requests-filter").addEventListener("input", draw);
byId("log").addEventListener("focusout", () => setTimeout(draw));
byId("requests-newer").addEventListener("click", () => {
  upTo = newest;
  draw();
  byId("log").querySelector("summary").focus();
});
byId("clear").addEventListener("click", () =>
  telling(byId("requests-error"), async () => {
    await ask("DELETE", "calls");
    say("Cleared");
  }),
);
