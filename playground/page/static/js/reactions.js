// Reactions below a message, and the small bar to add one.
import { h } from "./dom.js";
import { emoji as draw } from "./emoji.js";
import { changed, person, store } from "./store.js";
import { text } from "./text.js";
import { ask } from "./wire.js";
import { take } from "./components.js";

const QUICK = ["✅", "❌", "👀"];

// A vote is wanted here: the bot has put the sign there and offers the button too.
export const asks = (one) => one.reactions?.length && one.components.some((row) => row.components?.some((each) => each.custom_id?.includes(":approve:")));

export function reactions(one) {
  if (!one.reactions?.length) return null;
  return h("div", { class: "reactions" }, one.reactions.map((each) => pill(one, each)));
}

function pill(one, each) {
  const emoji = each.emoji.name;
  const who = (one.reactors[emoji] ?? []).map((key) => person(key)?.name ?? key).join(", ");
  const here = store.pointed === one.id && asks(one) && emoji === "✅" && !each.me;
  return h(
    "button",
    {
      type: "button",
      class: ["reaction", each.me && "mine", here && "here"].filter(Boolean).join(" "),
      title: who,
      data: { emoji },
      "aria-pressed": String(each.me),
      "aria-label": `${text("react", { emoji })} (${who})`,
      onclick: () => react(one, emoji, !each.me),
    },
    draw(emoji),
    h("span", { class: "count" }, String(each.count)),
  );
}

export function toolbar(one) {
  const add = (emoji) => h("button", { type: "button", class: "emoji", "aria-label": text("react", { emoji }), onclick: () => react(one, emoji, true) }, draw(emoji));
  return h("div", { class: "toolbar" }, QUICK.map(add));
}

async function react(one, emoji, wanted) {
  const answer = await ask("react", { as: store.face, message: one.id, emoji, on: wanted });
  take(one.id, answer);
  if (answer.error) changed("messages");
}
