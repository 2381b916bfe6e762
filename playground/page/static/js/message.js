// One message: who, when, what, and everything below it.
import { avatar } from "./avatar.js";
import { attachments } from "./attachments.js";
import { components } from "./components.js";
import { h, icon } from "./dom.js";
import { embed } from "./embed.js";
import { markdown } from "./markdown.js";
import { reactions, toolbar } from "./reactions.js";
import { changed, colorOf, me, store } from "./store.js";
import { text } from "./text.js";
import { beside } from "./time.js";

export function message(one) {
  const classes = ["message", one.ephemeral && "private", pinged(one) && "pinged"].filter(Boolean).join(" ");
  return h(
    "article",
    { class: classes, id: `m${one.id}`, data: { id: one.id }, tabindex: "-1" },
    usedBy(one),
    h("div", { class: "row" }, h("div", { class: "gutter" }, avatar(one.author), shortTime(one)), h("div", { class: "body" }, head(one), content(one))),
    !one.ephemeral && toolbar(one),
  );
}

const pinged = (one) => !one.ephemeral && one.pings.some((name) => name === store.face || me()?.roles.includes(name.slice(1)));

function usedBy(one) {
  if (!one.interaction) return null;
  const user = one.interaction.user;
  return h(
    "div",
    { class: "used" },
    avatar(user, "tiny"),
    h("span", { class: "name", style: { color: colorOf(user.id) } }, user.global_name ?? user.username),
    h("span", { class: "command" }, text("used", { command: `/${one.interaction.name}` })),
  );
}

function head(one) {
  const name = one.author.global_name ?? one.author.username;
  return h(
    "header",
    {},
    h("span", { class: "name", style: { color: colorOf(one.author.id) } }, name),
    one.author.bot && h("span", { class: "app-badge" }, icon("check", 11), text("app")),
    h("time", { datetime: one.timestamp }, beside(one.timestamp)),
  );
}

const shortTime = (one) => h("time", { class: "hover-time", datetime: one.timestamp }, beside(one.timestamp));

function content(one) {
  if (one.thinking) {
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    return [h("p", { class: "thinking" }, dots, text("thinking", { name: one.author.username })), only(one)];
  }
  return [
    one.content && h("div", { class: "content" }, markdown(one.content), edited(one)),
    one.embeds.map((each) => embed(each)),
    !one.content && edited(one),
    attachments(one),
    components(one),
    store.failed.has(one.id) && h("p", { class: "went-wrong", role: "alert" }, store.failed.get(one.id)),
    reactions(one),
    thread(one),
    only(one),
  ];
}

function edited(one) {
  return one.edited_timestamp && h("span", { class: "edited", title: beside(one.edited_timestamp) }, ` ${text("edited")}`);
}

function only(one) {
  if (!one.ephemeral) return null;
  const dismiss = () => {
    store.dismissed.add(one.id);
    changed("messages");
  };
  return h("p", { class: "only" }, icon("eye", 14), text("only_you"), " · ", h("button", { type: "button", class: "link", onclick: dismiss }, text("dismiss")));
}

function thread(one) {
  if (!one.thread) return null;
  const count = one.thread.message_count;
  return h(
    "button",
    { type: "button", class: "thread-link", data: { channel: one.thread.id } },
    h("strong", {}, one.thread.name),
    h("span", {}, text("thread.open", { n: count })),
  );
}
