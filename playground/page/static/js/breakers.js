// The repository and the buttons that break things.
import { h, icon } from "./dom.js";
import { store } from "./store.js";
import { text } from "./text.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

const KINDS = ["good", "crashes", "unhealthy", "pip_fails", "slow_boot"];

export function breakers() {
  const stage = store.stage;
  if (!stage) return [];
  const buttons = h("div", { class: "break-grid" }, bots(stage), discord(stage), host(stage), github(stage), aws(stage));
  return [h("section", { class: "breakers" }, h("h3", {}, text("break"), bot(stage)), buttons), repository(stage)];
}

async function cause(facts) {
  const answer = await ask("break", facts);
  if (answer.error) toast(answer.detail ?? text("away"));
  if (answer.sha) toast(text("push.done", { sha: answer.sha.slice(0, 7) }));
}

function repository(stage) {
  const main = stage.main;
  const kind = (one) => h("option", { value: one, selected: one === stage.nextKind }, text(`kind.${one}`));
  return h(
    "section",
    { class: "repository" },
    h("h3", {}, text("main"), h("code", {}, "main"), main.sha && h("code", { class: "sha" }, main.sha.slice(0, 7))),
    h("p", { class: "commit" }, main.title ?? text("nothing")),
    h(
      "div",
      { class: "repository-line" },
      h("label", {}, h("span", {}, text("next")), h("span", { class: "select small" }, h("select", { disabled: !stage.ready, onchange: (event) => cause({ what: "next", kind: event.target.value }) }, KINDS.map(kind)), icon("down", 16))),
      h("button", { type: "button", class: "button secondary", disabled: !stage.ready, onclick: () => cause({ what: "push" }) }, text("push")),
    ),
  );
}

function bot(stage) {
  const [name, said] = stage.bot.pid ? (stage.bot.connected ? ["up", "bot.up"] : ["away", "bot.away"]) : ["dead", "bot.dead"];
  return h("span", { class: `bot-state ${name}` }, h("b", { class: "dot", "aria-hidden": "true" }), text(said, stage.bot));
}

function button(stage, name, facts, { about, on = false, disabled = false } = {}) {
  return h(
    "button",
    { type: "button", class: on ? "breaker on" : "breaker", data: { break: name }, "aria-pressed": on ? "true" : false, disabled: disabled || !stage.ready, onclick: () => cause(facts) },
    h("b", {}, text(`break.${name}`)),
    h("small", {}, about ?? text(`break.${name}.about`)),
  );
}

function bots(stage) {
  if (!stage.bot.pid) return button(stage, "revive", { what: "revive" }, { on: true });
  return [
    button(stage, "kill", { what: "kill" }),
    button(stage, "arm", { what: "arm" }, { on: stage.armed, about: stage.armed ? text("break.armed") : undefined }),
  ];
}

function discord(stage) {
  return [
    button(stage, "gateway", { what: "gateway" }, { disabled: !stage.bot.connected }),
    button(stage, "429", { what: "429" }, { on: stage.limited > 0, about: stage.limited ? text("break.limited", { n: stage.limited }) : text("break.429.about", { n: 6 }) }),
  ];
}

function host(stage) {
  const cut = stage.unreachable.includes("prod");
  return button(stage, cut ? "host.back" : "host", { what: "host", env: "prod" }, { on: cut });
}

function github(stage) {
  const { badly, waits, busy } = stage.github;
  return [
    button(stage, badly ? "github.502.off" : "github.502", { what: "github.502" }, { on: badly }),
    button(stage, "github.cancel", { what: "github.cancel" }, { disabled: !busy }),
    button(stage, waits ? "github.wait.off" : "github.wait", { what: "github.wait" }, { on: waits }),
  ];
}

function aws(stage) {
  const { armed } = stage.aws;
  const switches = ["image_missing", "tasks_crash", "unhealthy"].map((what) => button(stage, armed === what ? `aws.${what}.off` : `aws.${what}`, { what: `aws.${what}` }, { on: armed === what }));
  return [...switches, button(stage, "aws.somebody", { what: "aws.somebody" })];
}
