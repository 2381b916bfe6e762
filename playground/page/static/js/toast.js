// A line that comes and goes.
import { $, h } from "./dom.js";

const STAYS = 6000;

export function toast(said) {
  const line = h("p", { class: "toast" }, said);
  $("toasts").append(line);
  setTimeout(() => line.remove(), STAYS);
}
