// A switch for each fault, made from what the org says of it.

import { ask, byId, copyOf, pretty, say, telling, write } from "./dom.js";

// what switching one on begins with, by the kind of its value
const USUAL = { P: 0.3, S: 3, N: 2 };

const shows = new Map(); // name → shows the value in force, in place of a wrong one too
let switches = [];
let values = {};

export function tell({ about, faults }) {
  if (about && !shows.size) {
    switches = about.switches;
    byId("switches").append(...switches.map(row));
  }
  if (!faults) return;
  const before = values;
  values = faults;
  for (const { name } of switches) {
    if (about || !same(before[name], values[name])) shows.get(name)();
  }
  const on = switches.filter(({ name, default: off }) => !same(values[name], off)).length;
  write(byId("on"), on ? `${on} on` : "none on");
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function row(fault) {
  const { name, default: off, metavar } = fault;
  const node = copyOf("switch");
  const title = name.replaceAll("_", " ");
  const error = node.querySelector(".error");
  const help = node.querySelector(".help");
  help.id = `help-${name}`;
  error.id = `error-${name}`;
  write(help, fault.help);

  const inputs = [];
  const add = (input, label, place = node.querySelector(".values")) => {
    input.setAttribute("aria-describedby", `${help.id} ${error.id}`);
    inputs.push(input);
    if (label === null) {
      input.setAttribute("aria-label", `${title}: ${fault.said}`);
      place.append(input);
    } else {
      const around = document.createElement("label");
      around.append(input, ` ${label}`);
      place.append(around);
    }
    return input;
  };
  const field = fieldOf(fault, add);
  let toggle = null;
  const mark = () => inputs.forEach((each) => each.setAttribute("aria-invalid", `${Boolean(error.textContent)}`));
  const show = () => {
    if (toggle) toggle.checked = Boolean(values[name]);
    field?.show(values[name]);
    node.classList.toggle("on", !same(values[name], off));
  };
  const set = async (value) => {
    const done = await telling(error, async () => {
      values = await ask("PATCH", "faults", pretty({ [name]: value }));
    });
    // what was typed may be mended; a box that is ticked and not in force would be a lie
    if (done || !field?.typed) show();
    else if (toggle) toggle.checked = Boolean(values[name]);
    mark();
  };
  let last = Promise.resolve();
  const send = (value) => (last = last.then(() => set(value))); // one after the other, none left out
  shows.set(name, () => {
    write(error, "");
    mark();
    show();
  });

  if (off === false || off === 0) {
    toggle = add(input("checkbox"), title, node.querySelector(".name"));
    toggle.setAttribute("role", "switch");
    toggle.addEventListener("change", () => send(off === false ? toggle.checked : toggle.checked ? USUAL[metavar] : 0));
  } else {
    write(node.querySelector(".name"), title);
  }
  field?.node.addEventListener("change", () => {
    let value;
    try {
      value = field.read();
    } catch (wrong) {
      write(error, `That is no JSON. ${wrong.message}`);
      mark();
      return;
    }
    send(value);
  });
  return node;
}

// The field of a value: its node, what it says, how it shows another value, and whether it is typed.
// What somebody is typing stays.
function fieldOf({ name, default: off, metavar, options, many }, add) {
  if (off === false) return null;
  if (many && options.length) {
    const boxes = options.map((option) => [option, add(input("checkbox"), option)]);
    const node = boxes[0][1].closest(".values");
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", name.replaceAll("_", " "));
    return {
      node,
      read: () => boxes.filter(([, box]) => box.checked).map(([option]) => option),
      show: (value) => boxes.forEach(([option, box]) => (box.checked = value.includes(option))),
    };
  }
  if (options.length) {
    const node = add(document.createElement("select"), null);
    node.append(...options.map((option) => new Option(option)));
    return { node, read: () => node.value, show: (value) => (node.value = value) };
  }
  const number = metavar in USUAL;
  const node = add(input(number ? "number" : "text"), null);
  if (number) Object.assign(node, { min: "0", step: "any", max: metavar === "P" ? "1" : "" });
  const said = (value) => (many ? value.join(", ") : number ? `${value}` : JSON.stringify(value));
  let typing = false;
  node.addEventListener("input", () => (typing = true));
  node.addEventListener("change", () => (typing = false));
  return {
    node,
    typed: true,
    read: () => {
      if (many) return node.value.split(",").map((each) => each.trim()).filter(Boolean);
      if (!node.value) return off;
      return number ? Number(node.value) : JSON.parse(node.value);
    },
    show: (value) => {
      if (!typing) node.value = said(value);
    },
  };
}

function input(type) {
  return Object.assign(document.createElement("input"), { type, autocomplete: "off" });
}

byId("off").addEventListener("click", () =>
  telling(byId("faults-error"), async () => {
    values = await ask("PUT", "faults", "{}");
    for (const show of shows.values()) show();
    say("All faults are off");
  }),
);
