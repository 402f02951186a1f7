// The page and its org: one stream of events, which each part takes its own from.

import { byId, say, write } from "./dom.js";
import * as deployments from "./deployments.js";
import * as faults from "./faults.js";
import * as requests from "./requests.js";

const GONE = "The org is gone: its command has ended. This page goes on when it is back.";
const SILENT = "The org does not answer any more. This page goes on when it does.";
const PATIENCE = 15_000; // ms; the org tells something every five seconds

let source;
let timer;

function connect() {
  source?.close();
  source = new EventSource("_simulator/events");
  source.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.about) begin(news.about);
    lost("");
    clearTimeout(timer);
    timer = setTimeout(lost, PATIENCE, SILENT);
    deployments.tell(news);
    requests.tell(news);
    faults.tell(news);
  };
  source.onerror = () => {
    clearTimeout(timer);
    lost(GONE);
    // a browser gives up where something else answers at the address meanwhile
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

function lost(text) {
  document.body.classList.toggle("gone", Boolean(text));
  write(byId("state"), text || "Live");
  // in front of an open dialog nothing else is heard
  for (const node of document.querySelectorAll("dialog .lost")) write(node, text);
}

function begin(about) {
  document.querySelector("main").hidden = false;
  write(byId("address"), about.environ.GENESYSCLOUD_BASE_URL);
  write(byId("data"), about.data ? `· kept in ${about.data.split("/").at(-1)}` : "· in memory only");
  write(byId("environment"), about.environment);
  write(byId("configuration"), about.configuration);
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const from = byId(button.dataset.copies);
    getSelection().selectAllChildren(from);
    try {
      await navigator.clipboard.writeText(from.textContent);
      write(button, "Copied");
    } catch {
      write(button, "Selected"); // a browser without a clipboard for pages: the keyboard copies it
    }
    say(button.textContent);
    setTimeout(() => write(button, "Copy"), 2000);
  });
}

// browsers open six connections to a server: pages that nobody looks at give theirs back
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.hidden) source.close();
  else connect();
});
byId("no-script").remove();
connect();
