// The card of llmops in prod: the ECS service's deployments with their task counts, and ECS's last events.
import { h } from "./dom.js";
import { text } from "./text.js";

export function fleet(seen) {
  return [
    h("header", {}, h("h3", {}, `${seen.service} ${seen.env}`), h("p", { class: "version" }, h("code", { title: seen.version }, seen.tag ? seen.tag.slice(0, 7) : "–"), h("span", {}, seen.version.slice(0, 19))), h("span", { class: "state" }, h("b", { class: "dot", "aria-hidden": "true" }), word(seen))),
    h("p", { class: "unit" }, h("b", {}, seen.where), h("span", {}, text("fleet.targets", seen))),
    h("ol", { class: "deployments" }, seen.deployments.map(deployment)),
    h("ol", { class: "logs", tabindex: "0", "aria-label": text("fleet.events") }, seen.events.map(event)),
  ];
}

// well, ill or under way: the color of the card.
export const condition = (seen) => (seen.deployments.some((one) => one.rollout === "FAILED") ? "ill" : seen.steady ? "well" : "booting");

const word = (seen) => text({ well: "fleet.steady", booting: "fleet.rolling", ill: "fleet.failed" }[condition(seen)]);

function deployment(one) {
  return h(
    "li",
    { class: one.rollout.toLowerCase() },
    h("b", {}, one.status),
    h("code", {}, `:${one.revision}`),
    h("span", { title: one.tag }, one.tag.slice(0, 12)),
    h("span", { class: "rollout" }, one.rollout),
    h("small", {}, text("fleet.counts", one)),
  );
}

const event = (one) => h("li", { class: /failed|unable|unhealthy|rolling back/.test(one.text) ? "bad" : "" }, h("time", {}, one.at), h("span", { title: one.text }, one.text));
