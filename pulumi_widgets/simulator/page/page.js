// The page and its org: one stream of events, which each part takes its own from.

import { byId, write } from "./dom.js";
import * as deployments from "./deployments.js";
import * as faults from "./faults.js";
import * as requests from "./requests.js";

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
    write(byId("state"), "The org is gone: its command has ended. This page goes on when it is back.");
    // a browser gives up where something else answers at the address meanwhile
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

function begin(about) {
  document.body.classList.remove("gone");
  write(byId("state"), "Live");
  write(byId("address"), about.environ.GENESYSCLOUD_BASE_URL);
  write(byId("data"), about.data ? "· kept in a file" : "· in memory only");
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
    setTimeout(() => write(button, "Copy"), 2000);
  });
}

// browsers open six connections to a server: pages that nobody looks at give theirs back
document.addEventListener("visibilitychange", () => {
  if (document.hidden) source.close();
  else connect();
});
connect();
