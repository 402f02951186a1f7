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
  try {
    answer = await fetch(`_simulator/${path}`, {
      method,
      body,
      headers: { "Content-Type": "application/json" },
    });
    content = await answer.json();
  } catch {
    throw new Error("The org does not answer. Does its command still run?");
  }
  if (!answer.ok) throw new Error(content.message);
  return content;
}

// Runs what a button does; what goes wrong is told in a node beside it.
export async function telling(node, action) {
  try {
    write(node, "");
    await action();
    return true;
  } catch (error) {
    write(node, error.message);
    return false;
  }
}

// The rows of a list, made of the first `size` of what is to be shown; a button shows more.
export class Rows {
  constructor(list, more, size, make, fill, what) {
    Object.assign(this, { list, more, size, make, fill, what, nodes: new Map(), shown: size });
    more.addEventListener("click", () => {
      const last = list.lastElementChild;
      this.shown += size;
      this.draw(this.items);
      (last?.nextElementSibling?.querySelector("summary, button") ?? list).focus();
    });
  }

  // items: [key, value] in their order. A row that is there stays the same node.
  draw(items) {
    this.items = items;
    const wanted = new Map(items.slice(0, this.shown));
    for (const [key, node] of this.nodes) {
      if (wanted.has(key)) continue;
      if (node.contains(document.activeElement)) this.list.closest("section").focus();
      node.remove();
      this.nodes.delete(key);
    }
    let next = this.list.firstElementChild;
    for (const [key, value] of wanted) {
      let node = this.nodes.get(key);
      if (!node) {
        node = this.make(key);
        this.nodes.set(key, node);
      }
      this.fill(node, value);
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
