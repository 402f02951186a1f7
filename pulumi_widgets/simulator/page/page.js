// The page and its org: one stream of events, which each part takes its own from.

import { byId, say, write } from "./dom.js";
import * as deployments from "./deployments.js";
import * as faults from "./faults.js";
import * as requests from "./requests.js";

const GONE = "The org is gone: its command has ended. This page goes on when it is back.";

let source;

function connect() {
  source?.close();
  source = new EventSource("_simulator/events");
  source.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.about) begin(news.about);
    deployments.tell(news);
    requests.tell(news);
    faults.tell(news);
  };
  source.onerror = () => {
    document.body.classList.add("gone");
    write(byId("state"), GONE);
    // in front of an open dialog nothing else is heard
    for (const node of document.querySelectorAll("dialog .lost")) write(node, GONE);
    // a browser gives up where something else answers at the address meanwhile
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

function begin(about) {
  document.body.classList.remove("gone");
  document.querySelector("main").hidden = false;
  for (const node of document.querySelectorAll("dialog .lost")) write(node, "");
  write(byId("state"), "Live");
  write(byId("address"), about.environ.GENESYSCLOUD_BASE_URL);
  write(byId("data"), about.data ? `· kept in ${about.data}` : "· in memory only");
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
  if (document.hidden) source.close();
  else connect();
});
byId("no-script").remove();
connect();
