// The line at the bottom: plain text, or a slash command with pills.
import { $, fill, h, icon } from "./dom.js";
import * as command from "./command.js";
import { openModal } from "./modal.js";
import { bottom } from "./messages.js";
import { channel, on, store } from "./store.js";
import { text } from "./text.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

const { typing } = command;
let menu = { items: [], at: 0 };

export function start() {
  on("composer", () => draw(true));
  on("offers", drawOffers);
  for (const what of ["channel", "language", "face", "world"]) on(what, () => draw(false));
}

let drawnFor = "";

// News from elsewhere must take neither the caret nor what was typed: drawn again only for another line.
function draw(focus) {
  const box = $("composer");
  const here = channel(store.channel);
  const wanted = JSON.stringify(typing.command ? ["command", typing.command.name, store.language] : [here?.name, store.language]);
  const other = drawnFor !== wanted;
  drawnFor = wanted;
  if (typing.command) {
    if (!focus && !other) return;
    fill(box, offersBox(), pills());
    drawOffers();
    if (focus && !typing.dictated) focusOn(typing.active);
    return;
  }
  if (other) fill(box, offersBox(), plain(here));
  if (focus) box.querySelector("textarea")?.focus();
}

const offersBox = () => h("div", { id: "offers", role: "listbox", "aria-label": text("compose.commands"), hidden: true });
const sendButton = (send) => h("button", { type: "button", class: "send", "aria-label": text("compose.send"), title: text("compose.send"), onclick: send }, icon("send", 20));

// Plain text

const hint = (here) => text("compose.hint", { name: here?.parent ? here.name : `#${here?.name ?? ""}` });

function plain(here) {
  const area = h("textarea", {
    rows: 1,
    maxlength: 2000,
    placeholder: hint(here),
    "aria-label": hint(here),
    "aria-controls": "offers",
    oninput: (event) => commandMenu(event.target.value),
    onkeydown: keyInText,
    onblur: () => setTimeout(() => typing.command || hideOffers(), 150),
    onfocus: (event) => commandMenu(event.target.value),
  });
  return h("div", { class: "line" }, area, sendButton(() => say(area)));
}

function commandMenu(typed) {
  const word = /^\/(\w*)$/.exec(typed)?.[1];
  if (word === undefined) return hideOffers();
  const found = command.commandsLike(word);
  const items = found.map((one) => ({ title: `/${one.name}`, about: command.described(one), pick: () => command.begin(one.name) }));
  menu = { items, at: 0 };
  showOffers(text("compose.commands"), items.length ? "" : text("compose.nobody"));
}

function keyInText(event) {
  if (event.isComposing) return;
  if (moveInMenu(event)) return;
  const open = !$("offers").hidden && menu.items.length;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (open) menu.items[menu.at]?.pick();
    else say(event.target);
  } else if (event.key === "Tab" && open) {
    event.preventDefault();
    menu.items[menu.at]?.pick();
  } else if (event.key === "Escape") hideOffers();
  else if (event.key === " " && /^\/\w+$/.test(event.target.value) && command.begin(event.target.value.slice(1))) event.preventDefault();
}

async function say(area) {
  const said = area.value.trim();
  if (!said) return;
  const typed = /^\/(\w+)/.exec(said);
  if (typed && command.begin(typed[1])) return;
  area.value = "";
  const answer = await ask("say", { as: store.face, channel: store.channel, text: said });
  if (answer.error) toast(answer.detail ?? text("away"));
  bottom();
}

// A command

function pills() {
  const options = typing.order.map((name) => pill(command.optionOf(name)));
  const more = command.spare().map((one) => h("button", { type: "button", class: "pill-more", title: command.described(one), onclick: () => command.add(one.name) }, `+ ${one.name}`));
  return h(
    "div",
    { class: "line command" },
    h("div", { class: "pills" }, h("b", { class: "slash" }, `/${typing.command.name}`), options, more),
    sendButton(submit),
    h("p", { class: "keys" }, text("compose.keys")),
  );
}

function pill(option) {
  const value = typing.values[option.name];
  const input = h("input", {
    type: "text",
    value: value?.shown ?? "",
    data: { option: option.name },
    size: Math.max(4, [...(value?.shown ?? "")].length + 1),
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-label": `${option.name}: ${command.described(option)}`,
    oninput: (event) => {
      command.write(option.name, event.target.value);
      event.target.size = Math.max(4, [...event.target.value].length + 1);
      later(option.name);
    },
    onfocus: () => focused(option.name),
    onkeydown: (event) => keyInPill(event, option),
  });
  const classes = ["pill", option.required && !value?.shown && "lacking"].filter(Boolean).join(" ");
  return h("label", { class: classes, title: command.described(option) }, h("span", {}, option.name), input);
}

function focused(name) {
  typing.active = name;
  if (!typing.values[name]?.shown) command.offer(name);
  else drawOffers();
}

let timer;
function later(name) {
  clearTimeout(timer);
  timer = setTimeout(() => command.offer(name), 90);
}

function focusOn(name) {
  const input = $("composer").querySelector(`[data-option="${name}"]`);
  (input ?? $("composer").querySelector(".send"))?.focus();
}

function keyInPill(event, option) {
  if (event.isComposing) return;
  if (moveInMenu(event)) {
    typing.at = menu.at;
    return;
  }
  const picked = typing.at >= 0 ? typing.offers[typing.at] : null;
  if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
    if (picked) {
      event.preventDefault();
      command.accept(picked);
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
    }
  } else if (event.key === "Escape") command.leave();
  else if (event.key === "Backspace" && !event.target.value) {
    event.preventDefault();
    if (option.required && typing.order[0] === option.name) command.leave();
    else command.remove(option.name);
  }
}

export async function submit() {
  if (typing.dictated) return undefined;
  const answer = await command.send();
  if (answer.lacking) return focusOn(answer.lacking);
  if (answer.kind === "modal") openModal(answer, "");
  if (answer.error) toast({ no_answer: text("no_answer"), refused: text("refused", answer), away: text("away") }[answer.error] ?? answer.error);
  bottom();
  return undefined;
}

// The list above the line

function moveInMenu(event) {
  if ($("offers").hidden || !menu.items.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return false;
  event.preventDefault();
  menu.at = (menu.at + (event.key === "ArrowDown" ? 1 : -1) + menu.items.length) % menu.items.length;
  mark();
  return true;
}

function drawOffers() {
  const option = command.optionOf(typing.active);
  const settled = typing.values[typing.active]?.shown && !typing.offers.length;
  if (!typing.command || !option || typing.dictated || settled) return hideOffers();
  const items = typing.offers.map((one) => ({ title: one.name, about: "", pick: () => command.accept(one) }));
  menu = { items, at: Math.max(typing.at, 0) };
  showOffers(`${option.name} · ${command.described(option)}${option.required ? ` (${text("compose.required")})` : ""}`, "");
  return undefined;
}

function showOffers(title, note) {
  const box = $("offers");
  if (!box) return;
  box.hidden = false;
  const row = (one, at) =>
    h("div", { class: "offer", role: "option", id: `offer${at}`, onmousedown: (event) => event.preventDefault(), onclick: one.pick }, h("b", {}, one.title), h("span", {}, one.about));
  fill(box, h("p", { class: "offer-title" }, title), note && h("p", { class: "offer-note" }, note), menu.items.map(row));
  mark();
}

function mark() {
  const picked = typing.command && typing.at < 0 ? -1 : menu.at;
  [...$("offers").querySelectorAll(".offer")].forEach((one, at) => {
    one.setAttribute("aria-selected", String(at === picked));
    if (at === picked) one.scrollIntoView({ block: "nearest" });
  });
}

function hideOffers() {
  const box = $("offers");
  if (box) box.hidden = true;
  menu = { items: [], at: 0 };
}
