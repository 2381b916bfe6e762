// The card of llmops: what its service answers with, and the newest run on GitHub, job by job.
import { h } from "./dom.js";
import { store } from "./store.js";
import { text } from "./text.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

export function run(seen) {
  return [
    h("header", {}, h("h3", {}, `${seen.service} ${seen.env}`), h("p", { class: "version" }, h("code", {}, seen.version.slice(0, 7)), h("span", { title: seen.title }, seen.title)), h("span", { class: "state" }, h("b", { class: "dot", "aria-hidden": "true" }), seen.run ? word(seen.run.status) : text("run.none"))),
    h("p", { class: "unit" }, h("b", {}, seen.repository), seen.run && h("span", {}, `${seen.run.at} · ${seen.run.id}`)),
    h("ol", { class: "jobs" }, seen.run ? seen.run.jobs.map(job) : []),
    h("button", { type: "button", class: "button secondary", disabled: !store.stage?.ready, onclick: push }, text("run.push")),
  ];
}

// well, ill or under way: the color of the card.
export const condition = (seen) => ({ success: "well", failure: "ill", cancelled: "ill" })[seen.run?.status] ?? (seen.run ? "booting" : "well");

const word = (status) => text(`run.${status}`);

function job(one) {
  const steps = one.steps.map((step) => h("li", { class: step.status }, mark(step), h("span", {}, step.name)));
  return h("li", { class: one.status }, h("p", {}, mark(one), h("b", {}, one.name), h("small", {}, word(one.status))), h("ol", {}, steps));
}

function mark(one) {
  const signs = { success: "✓", failure: "✗", cancelled: "⊘", skipped: "–", in_progress: "●", waiting: "◷" };
  return h("i", { class: "mark", "aria-hidden": "true" }, signs[one.status] ?? "○");
}

async function push() {
  const answer = await ask("break", { what: "github.push" });
  toast(answer.sha ? text("run.pushed", { sha: answer.sha.slice(0, 7) }) : (answer.detail ?? text("away")));
}
