// The log of what was asked of the org, the newest first.

import { ask, byId, copyOf, pretty, Rows, write } from "./dom.js";

// what is to be seen of an answer that has no status
const WIRES = { "": "…", reset: "connection broken", close: "closed", hang: "no answer" };
const LOGIN = "/oauth/token";

const log = new Map();
let news = 0; // requests that the live region has not told yet
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

// Once a second at most: a command asks faster than anybody listens.
function speak() {
  timer = null;
  const last = [...log.values()].at(-1);
  const count = news === 1 ? "1 new request" : `${news} new requests`;
  if (last) write(byId("requests-news"), `${count}, the last: ${last.method} ${last.path} ${outcome(last)}`);
  news = 0;
}

const outcome = ({ status, wire }) => (status === null ? WIRES[wire] ?? wire : `${status}`);

const duration = (ms) => (ms < 1 ? "< 1 ms" : `${Math.round(ms)} ms`);

function draw() {
  const words = byId("requests-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...log].reverse().filter(([, each]) => {
    const said = `${each.method} ${each.path} ${outcome(each)} ${each.fault}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
  rows.draw(found);
  byId("requests-none").hidden = log.size > 0;
  write(byId("asked"), `${log.size}`);
}

function make(number) {
  const row = copyOf("request");
  row.querySelector("details").addEventListener("toggle", () => bodies(row, number));
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
    put(".body", body === null ? "none" : pretty(body));
    put(".answer", readable(answer));
  } catch (error) {
    put(".body", "");
    put(".answer", error.message);
  }
}

function readable(answer) {
  if (!answer) return answer === null ? "none, or kept no more" : "none";
  try {
    return pretty(JSON.parse(answer));
  } catch {
    return answer;
  }
}

byId("requests-filter").addEventListener("input", draw);
byId("clear").addEventListener("click", () => ask("DELETE", "calls").catch(() => {}));
