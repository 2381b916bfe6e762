// Discord's markdown → nodes. Only what embeds and messages of bots may use; everything else stays text.
import { h } from "./dom.js";
import { emoji, sign } from "./emoji.js";
import { channel, colorOf, person, role, store } from "./store.js";
import { stamp } from "./time.js";

const RULES = [
  [/^```(?:[\w+-]*\n)?([\s\S]*?)```/, ([, code]) => h("pre", {}, h("code", {}, code.replace(/\n$/, "")))],
  [/^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/, ([, , code]) => h("code", {}, code)],
  [/^\\([^\w\s])/, ([, sign]) => sign],
  [/^<t:(-?\d+)(?::([tTdDfFR]))?>/, ([, at, style]) => time(Number(at), style ?? "f")],
  [/^<@!?(\d+)>/, ([whole, id]) => mention("@", nameOf(id) ?? whole, id === store.world?.bot.id ? "" : colorOf(id))],
  [/^<@&(\d+)>/, ([whole, id]) => roleMention(id, whole)],
  [/^<#(\d+)>/, ([whole, id]) => channelLink(id, whole)],
  [/^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, ([, label, url]) => link(url, inline(label))],
  [/^https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)]/, ([url]) => link(url, [url])],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, ([, inner]) => h("strong", {}, inline(inner))],
  [/^__([\s\S]+?)__(?!_)/, ([, inner]) => h("u", {}, inline(inner))],
  [/^~~([\s\S]+?)~~/, ([, inner]) => h("s", {}, inline(inner))],
  [/^\*(?=\S)([\s\S]*?\S)\*(?!\*)/, ([, inner]) => h("em", {}, inline(inner))],
  [/^_(?=\S)([\s\S]*?\S)_(?!\w)/, ([, inner]) => h("em", {}, inline(inner))],
  [/^\|\|([\s\S]+?)\|\|/, ([, inner]) => h("span", { class: "spoiler", tabindex: "0" }, inline(inner))],
];

export function markdown(source) {
  const out = [];
  let fenced = "";
  for (const [number, line] of source.split("\n").entries()) {
    if (fenced || /```/.test(line)) {
      fenced += (fenced ? "\n" : "") + line;
      if ((fenced.match(/```/g) ?? []).length % 2) continue;
      out.push(...inline(fenced));
      fenced = "";
      continue;
    }
    if (number && !(out.at(-1) instanceof HTMLElement && out.at(-1).matches("pre, .block"))) out.push(h("br"));
    out.push(...block(line));
  }
  return fenced ? [...out, ...inline(fenced)] : out;
}

function block(line) {
  const heading = /^(#{1,3}) (.+)/.exec(line);
  if (heading) return [h("div", { class: `block heading-${heading[1].length}` }, inline(heading[2]))];
  const small = /^-# (.+)/.exec(line);
  if (small) return [h("div", { class: "block subtext" }, inline(small[1]))];
  const quote = /^> (.*)/.exec(line);
  if (quote) return [h("blockquote", { class: "block" }, inline(quote[1]))];
  const item = /^(\s*)[-*] (.+)/.exec(line);
  if (item) return [h("div", { class: "block item", style: { "--depth": item[1].length / 2 } }, inline(item[2]))];
  return inline(line);
}

function inline(source) {
  const out = [];
  let plain = "";
  let rest = source;
  while (rest) {
    const found = match(rest, plain);
    if (found) {
      if (plain) out.push(plain);
      plain = "";
      out.push(found.node);
      rest = rest.slice(found.length);
    } else {
      const letter = String.fromCodePoint(rest.codePointAt(0));
      plain += letter;
      rest = rest.slice(letter.length);
    }
  }
  return plain ? [...out, plain] : out;
}

function match(rest, before) {
  if (rest[0] === "_" && /\w$/.test(before)) return null;
  const drawn = sign(rest);
  if (drawn) return { node: emoji(drawn), length: drawn.length };
  for (const [pattern, make] of RULES) {
    const found = pattern.exec(rest);
    if (found) return { node: make(found), length: found[0].length };
  }
  return null;
}

const nameOf = (id) => (id === store.world?.bot.id ? store.world.bot.name : person(id)?.name);
const mention = (sign, name, color) =>
  h("span", { class: "mention", style: color ? { "--mention": color } : {} }, `${name.startsWith("<") ? "" : sign}${name}`);

function roleMention(id, whole) {
  const found = role(id);
  return mention("@", found?.name ?? whole, found?.color ? `#${found.color.toString(16).padStart(6, "0")}` : "");
}

function channelLink(id, whole) {
  const found = channel(id);
  if (!found) return mention("", whole, "");
  return h("button", { type: "button", class: "mention link", data: { channel: id } }, `${found.parent ? "" : "#"}${found.name}`);
}

function link(url, inner) {
  return h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, inner);
}

function time(at, style) {
  const facts = style === "R" ? { relative: at } : {};
  return h("time", { class: "stamp", datetime: new Date(at * 1000).toISOString(), title: stamp(at, "F"), data: facts }, stamp(at, style));
}
