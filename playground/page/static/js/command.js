// A command being typed: its options as pills, what is offered for each, and sending it.
import { changed, store } from "./store.js";
import { locale } from "./text.js";
import { ask } from "./wire.js";

const BOOLEAN = 5;
const USER = 6;

// { command, values: name → { shown, value }, order: names as pills, active: name, offers: [{ name, value }], at }
export const typing = { command: null, values: {}, order: [], active: "", offers: [], at: -1, serial: 0, dictated: false };

export const described = (one) => (locale() === "ko-KR" && one.description_localizations?.ko) || one.description;
export const commandsLike = (word) => (store.world?.commands ?? []).filter((one) => one.name.startsWith(word));
export const optionOf = (name) => typing.command?.options?.find((one) => one.name === name);
export const spare = () => (typing.command?.options ?? []).filter((one) => !typing.order.includes(one.name));
export const missing = () => (typing.command?.options ?? []).filter((one) => one.required && !typing.values[one.name]?.shown);

export function begin(name) {
  const command = store.world?.commands.find((one) => one.name === name);
  if (!command) return false;
  const order = (command.options ?? []).filter((one) => one.required).map((one) => one.name);
  Object.assign(typing, { command, values: {}, order, active: order[0] ?? "", offers: [], at: -1 });
  changed("composer");
  return true;
}

// The page itself types: nothing is offered and nothing takes the focus until it is done.
export function dictate(on) {
  typing.dictated = on;
  typing.serial++;
  Object.assign(typing, { offers: [], at: -1, active: typing.order.at(-1) ?? "" });
  changed("composer");
}

export function leave() {
  Object.assign(typing, { command: null, values: {}, order: [], active: "", offers: [], at: -1 });
  changed("composer");
}

export function add(name) {
  if (!typing.order.includes(name)) typing.order.push(name);
  typing.active = name;
  changed("composer");
}

export function remove(name) {
  if (optionOf(name)?.required) return;
  typing.order = typing.order.filter((one) => one !== name);
  delete typing.values[name];
  typing.active = typing.order.at(-1) ?? "";
  changed("composer");
}

export function write(name, shown, value = shown) {
  typing.values[name] = { shown, value };
}

// What the person may pick for the option that has the focus: choices, people, or what the bot suggests.
export async function offer(name) {
  if (typing.active !== name) return;
  const option = optionOf(name);
  const mine = ++typing.serial;
  const typed = typing.values[name]?.shown ?? "";
  const found = option ? await found_(option, typed) : [];
  if (mine !== typing.serial || typing.active !== name) return;
  typing.offers = found;
  typing.at = found.length && typed !== found[0].name ? 0 : -1;
  changed("offers");
}

async function found_(option, typed) {
  const like = (one) => one.name.toLowerCase().includes(typed.toLowerCase());
  if (option.choices?.length) return option.choices.filter(like);
  if (option.type === USER) return store.world.people.map((one) => ({ name: one.name, value: one.id })).filter(like);
  if (option.type === BOOLEAN) return ["True", "False"].map((name) => ({ name, value: name })).filter(like);
  if (!option.autocomplete) return [];
  const answer = await ask("autocomplete", { as: store.face, channel: store.channel, name: typing.command.name, option: option.name, text: typed, options: given() });
  return answer.choices ?? [];
}

export function accept(choice) {
  write(typing.active, choice.name, choice.value);
  const next = typing.order.find((one) => !typing.values[one]?.shown);
  typing.offers = [];
  typing.at = -1;
  typing.serial++;
  typing.active = next ?? typing.active;
  changed("composer");
  return next;
}

function given() {
  const filled = Object.entries(typing.values).filter(([, one]) => one.shown !== "");
  return Object.fromEntries(filled.map(([name, one]) => [name, one.value]));
}

export async function send() {
  const lacking = missing()[0];
  if (lacking) {
    typing.active = lacking.name;
    changed("composer");
    return { lacking: lacking.name };
  }
  const order = { as: store.face, channel: store.channel, name: typing.command.name, options: given() };
  leave();
  return ask("command", order);
}
