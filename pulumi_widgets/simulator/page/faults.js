// A switch for each fault, made from what the org says of it.

import { ask, byId, copyOf, pretty, telling, write } from "./dom.js";

// what switching one on begins with, by the kind of its value
const USUAL = { P: 0.3, S: 3, N: 2 };

const shown = new Map(); // name → shows a value
let switches = [];

export function tell({ about, faults }) {
  if (about && !shown.size) {
    switches = about.switches;
    byId("switches").append(...switches.map(row));
  }
  if (!faults) return;
  let on = 0;
  for (const { name, default: off } of switches) {
    shown.get(name)(faults[name]);
    if (!same(faults[name], off)) on += 1;
  }
  write(byId("on"), on ? `${on} on` : "none on");
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function row(fault) {
  const { name, default: off, metavar, options, many } = fault;
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
  const send = async (value) => {
    const done = await telling(error, () => ask("PATCH", "faults", pretty({ [name]: value })));
    for (const each of inputs) each.setAttribute("aria-invalid", `${!done}`);
  };

  const field = fieldOf(fault, add);
  const byItself = off === false || off === 0; // off is a value of its own: it has a switch
  if (byItself) {
    const toggle = add(input("checkbox"), title, node.querySelector(".name"));
    toggle.setAttribute("role", "switch");
    toggle.addEventListener("change", () => send(off === false ? toggle.checked : toggle.checked ? USUAL[metavar] : 0));
    shown.set(name, (value) => {
      toggle.checked = Boolean(value);
      field?.show(value);
    });
  } else {
    write(node.querySelector(".name"), title);
    shown.set(name, field.show);
  }
  field?.node.addEventListener("change", () => {
    let value;
    try {
      value = field.read();
    } catch {
      value = field.node.value; // the org says what it is to be
    }
    send(value);
  });
  node.querySelector(".name").classList.toggle("parameter", !byItself);
  if (many && options.length) node.querySelector(".values").setAttribute("role", "group");
  if (many && options.length) node.querySelector(".values").setAttribute("aria-label", title);
  return node;
}

// The field of a value: its node, what it says, and how it shows another value. What somebody is
// typing stays.
function fieldOf({ default: off, metavar, options, many }, add) {
  if (off === false) return null;
  if (many && options.length) {
    const boxes = options.map((option) => [option, add(input("checkbox"), option)]);
    return {
      node: boxes[0][1].closest(".values"),
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
  const said = (value) => (many ? value.join(", ") : number ? `${value}` : value && JSON.stringify(value));
  return {
    node,
    read: () => {
      if (many) return node.value.split(",").map((each) => each.trim()).filter(Boolean);
      return number ? Number(node.value || NaN) : JSON.parse(node.value || "{}");
    },
    show: (value) => {
      if (node !== document.activeElement) node.value = said(value);
    },
  };
}

function input(type) {
  return Object.assign(document.createElement("input"), { type, autocomplete: "off" });
}

byId("off").addEventListener("click", () => ask("PUT", "faults", "{}").catch(() => {}));
