// What all parts of the page need: nodes, questions, and requests to the org.

export const byId = (id) => document.getElementById(id);

export const copyOf = (template) => byId(template).content.firstElementChild.cloneNode(true);

export const pretty = (value) => JSON.stringify(value, null, 2);

// Text only, never HTML; what stays the same is left alone, with the reader's selection in it.
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// The org's answer to a control request; an Error with the org's own message where it refuses.
export async function ask(method, path, body) {
  let answer, content;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), 10_000);
  try {
    answer = await fetch(`_simulator/${path}`, {
      method,
      body,
      headers: { "Content-Type": "application/json" },
      signal: patience.signal,
    });
    content = await answer.json();
  } catch {
    throw new Error("The org does not answer. Does its command still run?");
  } finally {
    clearTimeout(timer);
  }
  if (!answer.ok) throw new Error(content.message);
  return content;
}

// Runs what a button does, once at a time; what goes wrong is told in a node beside it.
const running = new Set();

export async function telling(node, action) {
  if (running.has(node)) return false;
  running.add(node);
  try {
    write(node, "");
    await action();
    return true;
  } catch (error) {
    write(node, error.message);
    return false;
  } finally {
    running.delete(node);
  }
}

// Tells whoever does not see the page; a text that is told again has to differ.
export function say(text) {
  const node = byId("said");
  node.textContent = node.textContent === text ? `${text}\u00a0` : text;
}

// Tells of a text whether it holds all words that are in a filter now.
export function matcher(filter) {
  const words = byId(filter).value.toLowerCase().split(/\s+/);
  return (text) => {
    const low = text.toLowerCase();
    return words.every((word) => low.includes(word));
  };
}

// The rows of a list, made of the first `size` of what is to be shown; a button shows more.
export class Rows {
  constructor(list, more, size, make, fill, what) {
    Object.assign(this, { list, more, size, make, fill, what, shown: size });
    this.nodes = new Map();
    this.filled = new Map();
    more.addEventListener("click", () => {
      const last = list.lastElementChild;
      this.shown += size;
      this.draw(this.items);
      (last?.nextElementSibling?.querySelector("summary, button") ?? list).focus();
    });
  }

  // items: [key, value] in their order. A row that is there stays the same node, and is filled anew
  // when its value is another object.
  draw(items) {
    this.items = items;
    const wanted = new Map(items.slice(0, this.shown));
    for (const [key, node] of this.nodes) {
      if (wanted.has(key)) continue;
      const focused = node.contains(document.activeElement);
      const near = node.nextElementSibling ?? node.previousElementSibling;
      node.remove();
      this.nodes.delete(key);
      this.filled.delete(key);
      if (focused) (near?.querySelector("button, summary") ?? this.list.closest("section")).focus();
    }
    let next = this.list.firstElementChild;
    for (const [key, value] of wanted) {
      let node = this.nodes.get(key);
      if (!node) {
        node = this.make(key);
        this.nodes.set(key, node);
      }
      if (this.filled.get(key) !== value) this.fill(node, value);
      this.filled.set(key, value);
      if (node === next) next = next.nextElementSibling;
      else this.list.insertBefore(node, next);
    }
    const left = items.length - wanted.size;
    this.more.hidden = left <= 0;
    write(this.more, `Show ${Math.min(this.size, left)} more of ${left} ${this.what}`);
  }
}

// Asks before something is lost; `action` may fail, which the question then tells.
export function sure(text, yes, action) {
  const dialog = byId("question");
  write(byId("question-text"), text);
  write(byId("question-yes"), yes);
  write(byId("question-error"), "");
  dialog.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    if (await telling(byId("question-error"), action)) dialog.close();
  };
  byId("question-no").onclick = () => dialog.close();
  dialog.showModal();
}
