// A line that comes and goes.
import { $, h } from "./dom.js";
import { signed } from "./emoji.js";

const STAYS = 6000;

export function toast(said) {
  const line = h("p", { class: "toast" }, signed(said));
  $("toasts").append(line);
  setTimeout(() => line.remove(), STAYS);
}
