// The strip: Deploy → Approve → Break it → Roll back. Ticks come from the ledger; a chip types the command for you.
import { go } from "./channels.js";
import * as command from "./command.js";
import { $, h, icon, redraw } from "./dom.js";
import { signed } from "./emoji.js";
import { wear } from "./faces.js";
import { asks } from "./reactions.js";
import { changed, messagesOf, on, store, channel } from "./store.js";
import { text } from "./text.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

const CHIPS = ["deploy", "approve", "break", "rollback"];
const quiet = matchMedia("(prefers-reduced-motion: reduce)");

export function start() {
  for (const what of ["stage", "language"]) on(what, draw);
}

function draw() {
  const guide = store.stage?.guide ?? { done: [], next: "wait", number: 0 };
  redraw($("guide"), [guide, store.language, store.stage?.ready], () => [
    h("h2", { id: "guide-title", class: "visually-hidden" }, text("guide")),
    h("ol", { class: "chips" }, CHIPS.map((one, at) => chip(one, at, guide))),
    h("p", { class: "hint", "aria-live": "polite" }, signed(text(`next.${guide.next}`, { n: guide.number }))),
  ]);
}

function chip(one, at, guide) {
  const done = guide.done.includes(one);
  const next = guide.next === one;
  const classes = ["chip", done && "done", next && "next"].filter(Boolean).join(" ");
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: classes, data: { chip: one }, disabled: !store.stage?.ready, onclick: () => run(one) },
      h("span", { class: "chip-mark", "aria-hidden": "true" }, done ? icon("check", 14) : String(at + 1)),
      h("span", { class: "chip-words" }, h("b", {}, text(`chip.${one}`)), h("small", {}, signed(text(`chip.about.${one}`)))),
      done && h("span", { class: "visually-hidden" }, text("done")),
    ),
  );
}

async function run(one) {
  store.tab = "chat";
  changed("tab");
  go("deploys");
  if (one === "approve") return approve();
  const told = await ask("chip", { chip: one });
  if (told.error) return toast(told.detail ?? text("away"));
  if (told.sha) toast(text("push.done", { sha: told.sha.slice(0, 7) }));
  await wear(told.face);
  return type(told.command, told.options);
}

// Be on call, and show where to press. The ledger knows of the request a moment before the card is there.
async function approve() {
  const waiting = await soon(request);
  if (!waiting) return toast(text("nothing_waits"));
  store.pointed = waiting.id;
  await wear("haneul");
  changed("messages");
  const press = $(`m${waiting.id}`)?.querySelector(".reaction.here");
  press?.scrollIntoView({ block: "center", behavior: quiet.matches ? "auto" : "smooth" });
  press?.focus({ preventScroll: true });
  return undefined;
}

const request = () => messagesOf(channel("deploys").id).findLast(asks);

async function soon(found) {
  for (let tries = ["approve", "watch"].includes(store.stage.guide.next) ? 60 : 1; tries; tries--) {
    if (found()) return found();
    await pause(100);
  }
  return null;
}

async function type(name, options) {
  if (!command.begin(name)) return toast(text("compose.nobody"));
  command.dictate(true);
  for (const [option, value] of Object.entries(options)) {
    for (const upTo of steps(value)) {
      command.write(option, upTo, upTo);
      changed("composer");
      await pause(quiet.matches ? 0 : 22);
    }
  }
  command.dictate(false);
  return undefined;
}

const steps = (value) => (quiet.matches ? [value] : [...value].map((_, at) => value.slice(0, at + 1)));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
