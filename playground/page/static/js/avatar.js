// Round faces: people by colour and initial, the bot by its mark.
import { h } from "./dom.js";
import { store } from "./store.js";

const HUES = { jieun: "#3ba55d", haneul: "#eb8f34", visitor: "#747f8d", minsu: "#eb459e" };

export function avatar(user, size = "") {
  if (user.id === store.world?.bot.id) {
    return h("img", { class: `avatar ${size}`, src: "/static/slipway.svg", alt: "", draggable: "false" });
  }
  const key = user.key ?? user.username;
  return h("span", { class: `avatar ${size}`, style: { background: HUES[key] ?? "#5865f2" }, "aria-hidden": "true" }, key[0].toUpperCase());
}
