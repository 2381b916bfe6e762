// The channel: messages in order, kept at the bottom unless somebody scrolled up.
import { $, fill, h, icon } from "./dom.js";
import { message } from "./message.js";
import { channel, messagesOf, on, store } from "./store.js";
import { text } from "./text.js";

const nodes = new Map(); // message id → { key, node }
const NEAR = 120;
let shown = "";
let below = 0;

export function start() {
  const list = $("messages");
  on("messages", draw);
  on("channel", draw);
  list.addEventListener("scroll", () => {
    if (near(list)) {
      below = 0;
      drawBelow();
    }
  });
  list.addEventListener("click", follow);
  new ResizeObserver(() => sticky && bottom()).observe(list);
}

let sticky = true;
const near = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
export function bottom() {
  const list = $("messages");
  list.scrollTop = list.scrollHeight;
}

// Mentions of channels and links to threads anywhere in a message.
function follow(event) {
  const link = event.target.closest("[data-channel]");
  if (link) document.dispatchEvent(new CustomEvent("go", { detail: link.dataset.channel }));
}

function draw() {
  const list = $("messages");
  const here = channel(store.channel);
  if (!here) return;
  const moved = shown !== `${store.channel}/${store.face}`;
  sticky = moved || near(list);
  const before = new Set(list.querySelectorAll(".message"));
  const wanted = messagesOf(store.channel).map(node);
  place(list, [welcome(here), ...wanted]);
  if (!moved && !sticky) below += wanted.filter((one) => !before.has(one) && !one.dataset.seen).length;
  for (const one of wanted) one.dataset.seen = "1";
  shown = `${store.channel}/${store.face}`;
  if (sticky) bottom();
  if (sticky) below = 0;
  group(wanted);
  drawBelow();
}

// Moves as little as possible: nodes that stay keep their focus, their scroll and their animations.
function place(list, wanted) {
  for (const old of [...list.children]) if (!wanted.includes(old)) old.remove();
  wanted.forEach((one, at) => {
    if (list.children[at] !== one) list.insertBefore(one, list.children[at] ?? null);
  });
}

function node(one) {
  const busy = [...store.busy].filter((each) => each.startsWith(`${one.id}:`));
  const key = JSON.stringify([one, busy, store.failed.get(one.id), store.pointed === one.id, store.face, store.language]);
  const known = nodes.get(one.id);
  if (known?.key === key) return known.node;
  const made = message(one);
  if (known) made.dataset.seen = "1";
  else made.classList.add("fresh");
  if (known?.node.contains(document.activeElement)) queueMicrotask(() => refocus(known.node, made));
  nodes.set(one.id, { key, node: made });
  return made;
}

function refocus(old, made) {
  const at = [...old.querySelectorAll("button, select")].indexOf(document.activeElement);
  made.querySelectorAll("button, select")[at]?.focus({ preventScroll: true });
}

function group(wanted) {
  wanted.forEach((one, at) => {
    const [mine, last] = [one, wanted[at - 1]].map((each) => each && store.messages.get(each.dataset.id));
    const joined = last && !mine.interaction && mine.author.id === last.author.id && mine.ephemeral === last.ephemeral && !mine.ephemeral;
    const soon = joined && new Date(mine.timestamp) - new Date(last.timestamp) < 420000;
    one.classList.toggle("grouped", Boolean(soon && !mine.author.bot));
  });
}

const welcomes = new Map();
function welcome(here) {
  const key = `${here.id}/${store.language}`;
  if (!welcomes.has(key)) {
    const mark = here.parent ? "" : "#";
    welcomes.set(key, h("div", { class: "welcome" }, h("span", { class: "welcome-mark", "aria-hidden": "true" }, "#"), h("h2", {}, here.parent ? here.name : text("chat.welcome", { name: here.name })), here.topic && h("p", {}, here.topic), mark ? null : null));
  }
  return welcomes.get(key);
}

function drawBelow() {
  const jump = h("button", { type: "button", class: "newer", onclick: bottom }, text("chat.newer"), ` ${below} `, icon("down", 16));
  fill($("below"), below > 0 && jump);
}
