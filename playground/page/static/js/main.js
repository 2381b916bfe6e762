// Starts every part and hands on what the server tells.
import * as channels from "./channels.js";
import * as composer from "./composer.js";
import { $, fill, h } from "./dom.js";
import * as faces from "./faces.js";
import * as guide from "./guide.js";
import * as messages from "./messages.js";
import * as real from "./real.js";
import { changed, me, store } from "./store.js";
import { text } from "./text.js";
import { keepFresh } from "./time.js";
import * as top from "./top.js";
import { key, listen } from "./wire.js";

const HEAR = {
  hello: (part) => {
    store.peek = part.peek;
    changed("targets");
  },
  world: (part) => {
    const spoke = store.language;
    store.world = part;
    store.language = part.language;
    store.channel ||= part.channels[0]?.id ?? "";
    changed("world", "channel", ...(spoke === part.language ? [] : ["language", "messages"]));
  },
  stage: (part) => {
    store.stage = part;
    changed("stage");
  },
  targets: (part) => {
    store.targets = part.targets;
    changed("targets");
  },
  llmops: (part) => {
    store.llmops = part.llmops;
    changed("llmops");
  },
  fleet: (part) => {
    store.fleet = part.fleet;
    changed("fleet");
  },
  messages: (part) => {
    if (part.face !== store.face) return;
    if (part.reset) store.messages.clear();
    for (const one of part.gone) store.messages.delete(one);
    for (const one of part.upsert) {
      if (!part.reset && !store.messages.has(one.id)) unread(one);
      store.messages.set(one.id, one);
    }
    changed("messages", "unread");
    if (part.reset) document.dispatchEvent(new Event("arrived"));
  },
};

function unread(one) {
  if (one.channel_id === store.channel) return;
  const known = store.unread.get(one.channel_id) ?? { news: 0, pings: 0 };
  const mine = one.pings.some((name) => name === store.face || me()?.roles.includes(name.slice(1)));
  store.unread.set(one.channel_id, { news: known.news + 1, pings: known.pings + (mine ? 1 : 0) });
}

function start() {
  for (const part of [messages, channels, composer, guide, real, top]) part.start();
  const tell = listen(() => store.face, (part) => HEAR[part.t]?.(part), (stands) => {
    store.here = stands;
    changed("here");
  });
  faces.start(tell);
  keepFresh();
  changed("stage", "world", "channel", "targets", "tab");
}

if (key) start();
else fill($("halves"), h("p", { class: "no-key" }, text("no_key")));
