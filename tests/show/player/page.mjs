// As much of a page, and of the kernel's model, as the player's logic needs. Markup cannot get in: there is no parser.

class Text {
  constructor(data) {
    this.data = String(data);
    this.parent = null;
  }
  get textContent() {
    return this.data;
  }
}

export class Element {
  #value = "";

  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], parent: null, listeners: [], hidden: false, disabled: false });
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  set innerHTML(_) {
    throw new Error("The player writes no markup.");
  }
  insertAdjacentHTML() {
    throw new Error("The player writes no markup.");
  }

  append(...nodes) {
    for (const each of nodes) {
      const node = each instanceof Element || each instanceof Text ? each : new Text(each);
      if (node.parent) node.parent.children = node.parent.children.filter((child) => child !== node);
      node.parent = this;
      this.children.push(node);
    }
  }
  replaceChildren(...nodes) {
    for (const child of this.children) child.parent = null;
    this.children = [];
    this.append(...nodes);
  }
  get textContent() {
    return this.children.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }
  contains(node) {
    for (let each = node; each; each = each.parent) if (each === this) return true;
    return false;
  }

  get className() {
    return this.attributes.class ?? "";
  }
  set className(names) {
    this.setAttribute("class", names);
  }
  get classList() {
    const names = () => new Set(this.className.split(/\s+/).filter(Boolean));
    return {
      contains: (name) => names().has(name),
      toggle: (name, on) => {
        const now = names();
        if (on ?? !now.has(name)) now.add(name);
        else now.delete(name);
        this.className = [...now].join(" ");
      },
    };
  }

  // A select has the value of one of its options: the first one, until another is chosen.
  get value() {
    if (this.tag === "option") return this.attributes.value;
    if (this.tag !== "select") return this.#value;
    const values = all(this, "option").map((option) => option.value);
    return values.includes(this.#value) ? this.#value : (values[0] ?? "");
  }
  set value(text) {
    this.#value = String(text);
  }

  // "tag", ".class" and "tag:not([attribute=value])", with commas between.
  matches(selector) {
    return selector.split(",").some((one) => {
      const [, tag, name, attribute, value] = one.trim().match(/^([a-z0-9]*)(?:\.([\w-]+))?(?::not\(\[(\w+)=(\w+)\]\))?$/);
      return (!tag || tag === this.tag) && (!name || this.classList.contains(name)) && (!attribute || this.attributes[attribute] !== value);
    });
  }
  closest(selector) {
    for (let each = this; each; each = each.parent) if (each.matches(selector)) return each;
    return null;
  }
  querySelector(selector) {
    return all(this, selector)[0] ?? null;
  }

  addEventListener(type, listener) {
    this.listeners.push({ type, listener });
  }
  focus() {
    document.activeElement = this;
  }
}

globalThis.document = { activeElement: null, createElement: (tag) => new Element(tag) };

export function all(node, selector) {
  return node.children.flatMap((child) => (child instanceof Element ? [...(child.matches(selector) ? [child] : []), ...all(child, selector)] : []));
}

export function named(node, name) {
  return all(node, "button").find((each) => each.textContent === name);
}

export function page(...nodes) {
  const body = new Element("body");
  body.append(...nodes);
  return body;
}

// An event at a node, and then at what holds it. Answers whether it was kept from the notebook.
export function fire(target, type, more = {}) {
  const event = { target, type, prevented: false, stopped: false, ...more };
  event.preventDefault = () => (event.prevented = true);
  event.stopPropagation = () => (event.stopped = true);
  for (let node = target; node && !event.stopped; node = node.parent) {
    for (const each of node.listeners) if (each.type === type) each.listener(event);
  }
  return event.prevented && event.stopped;
}

export function modelOf(values = {}) {
  const held = {
    runs: [run()], run: 0, step: 0, tab: "request", follows: false, view: "sequence", projector: false, question: {}, answer: "",
    skipped: false, drafts: [], findings: {}, objection: "", now: null, minutes: 0, ...values,
  };
  return { held, saved: 0, get: (name) => held[name], set: (name, value) => (held[name] = value), save_changes() { this.saved += 1; } };
}

export function step(sentence, more = {}) {
  return {
    sentence, label: sentence, outcome: "done", call: 0, caller: "", resource: "", facts: [], response: null, policy: null,
    credentials: null, events: [], between: [0, 0], held: [], now: null, ...more,
  };
}

export function call(name, more = {}) {
  return { name, endpoint: "sts.us-east-1.amazonaws.com", region: "us-east-1", request: [["line", "POST /"]], commands: {}, ...more };
}

export function run(more = {}) {
  const steps = [step("Alice asks."), step("The policy says yes.", { outcome: "allowed" }), step("STS answers.")];
  return { name: "Alice assumes a role", title: "As it was", steps, calls: [call("AssumeRole")], divergence: null, ...more };
}

export const QUESTION = { text: "Is it allowed?", choices: [["A", "Yes"], ["B", "No"]], right: "B", because: "The trust policy names Bob." };
