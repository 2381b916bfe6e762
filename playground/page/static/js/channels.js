// The list of channels with what is unread, and the line above the messages.
import { $, h, redraw } from "./dom.js";
import { changed, channel, on, store } from "./store.js";
import { text } from "./text.js";

export function start() {
  for (const what of ["world", "channel", "unread", "language"]) on(what, draw);
  document.addEventListener("go", (event) => go(event.detail));
}

export function go(id) {
  const found = channel(id);
  if (!found) return;
  store.channel = found.id;
  store.unread.delete(found.id);
  changed("channel", "unread");
}

function draw() {
  const channels = store.world?.channels ?? [];
  const facts = [channels, store.channel, [...store.unread], store.language, store.world?.guild];
  redraw($("channels"), facts, () => [
    h("h1", {}, store.world?.guild ?? "…"),
    h("h2", {}, text("channels")),
    channels.filter((one) => !one.parent).map((one) => [entry(one), channels.filter((each) => each.parent === one.id).map(entry)]),
  ]);
  const here = channel(store.channel);
  redraw($("channel-head"), [here, store.language], () => [
    h("span", { class: "hash", "aria-hidden": "true" }, "#"),
    h("strong", {}, here?.name ?? "…"),
    here?.topic && h("span", { class: "topic" }, here.topic),
    here?.parent && h("button", { type: "button", class: "link", onclick: () => go(here.parent) }, `# ${channel(here.parent)?.name}`),
  ]);
}

function entry(one) {
  const news = store.unread.get(one.id);
  const classes = ["channel", one.parent && "thread", one.id === store.channel && "here", news && "unread"].filter(Boolean).join(" ");
  return h(
    "button",
    { type: "button", class: classes, "aria-current": one.id === store.channel ? "true" : false, title: one.name, onclick: () => go(one.id) },
    h("span", { class: "hash", "aria-hidden": "true" }, one.parent ? "" : "#"),
    h("span", { class: "channel-name" }, one.name),
    news?.pings ? h("span", { class: "pings" }, String(news.pings)) : null,
  );
}
