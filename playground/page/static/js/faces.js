// Whose eyes and hands: three faces above the composer.
import { avatar } from "./avatar.js";
import { $, h, redraw } from "./dom.js";
import { CAST, changed, on, person, store } from "./store.js";
import { text } from "./text.js";

let told = () => {};

export function start(tell) {
  told = tell;
  for (const what of ["world", "face", "language", "stage"]) on(what, draw);
}

// Resolves when what this person sees has arrived.
export async function wear(face) {
  if (store.face === face) return;
  store.face = face;
  changed("face");
  const arrived = new Promise((done) => document.addEventListener("arrived", done, { once: true }));
  told();
  await arrived;
}

function draw() {
  const people = CAST.map(person).filter(Boolean);
  const dead = store.stage?.ready && !store.stage.bot.pid;
  redraw($("faces"), [people, store.face, store.language, dead], () => [
    h("span", { class: "faces-title" }, text("faces")),
    h("div", { class: "faces", role: "radiogroup", "aria-label": text("faces") }, people.map(face)),
  ]);
}

function face(one) {
  const chosen = one.key === store.face;
  return h(
    "button",
    { type: "button", role: "radio", class: chosen ? "face chosen" : "face", "aria-checked": String(chosen), tabindex: chosen ? "0" : "-1", data: { face: one.key }, onclick: () => wear(one.key), onkeydown: move },
    avatar(one, "small"),
    h("span", { class: "face-name" }, one.name),
    h("span", { class: "face-part" }, text(`part.${one.part}`)),
  );
}

function move(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  wear(CAST[(CAST.indexOf(store.face) + step + CAST.length) % CAST.length]);
  $("faces").querySelector('[aria-checked="true"]')?.focus();
}
