// The right half: what really runs. One card a target, the repository, and the buttons that break things.
import { breakers } from "./breakers.js";
import { $, fill, h, redraw } from "./dom.js";
import { condition as rolls, fleet } from "./fleet.js";
import { condition as moves, run } from "./run.js";
import { on, store } from "./store.js";
import { text } from "./text.js";

const cards = new Map(); // env → { node, frame, page, … }

export function start() {
  const side = $("real");
  const head = h("header", { class: "real-head" });
  const targets = h("div", { class: "targets" });
  const llmops = h("section", { class: "target run" });
  const prod = h("section", { class: "target fleet" });
  const rest = h("div", { class: "rest" });
  fill(side, head, targets, llmops, prod, rest);
  const draw = () => {
    redraw(head, [store.stage?.kind, store.language], () => [
      h("h2", { title: text("real.about") }, text("real")),
      h("p", {}, text("real.kind", { kind: store.stage?.kind ?? "…" })),
    ]);
    for (const env of ["staging", "prod"]) targets.append(...(cards.has(env) ? [] : [card(env)]));
    for (const env of cards.keys()) show(env);
    llmops.className = `target run ${store.llmops ? moves(store.llmops) : ""}`;
    redraw(llmops, [store.llmops, store.stage?.ready, store.language], () => (store.llmops ? run(store.llmops) : []));
    prod.className = `target fleet ${store.fleet ? rolls(store.fleet) : ""}`;
    redraw(prod, [store.fleet, store.language], () => (store.fleet ? fleet(store.fleet) : []));
    redraw(rest, [store.stage?.main, store.stage?.nextKind, store.stage?.bot, store.stage?.armed, store.stage?.unreachable, store.stage?.limited, store.stage?.github, store.stage?.aws, store.stage?.ready, store.language], breakers);
  };
  for (const what of ["targets", "llmops", "fleet", "stage", "language"]) on(what, draw);
  on("tab", () => {
    for (const one of cards.values()) one.logs.scrollTop = one.logs.scrollHeight;
  });
}

function card(env) {
  const parts = {
    state: h("span", { class: "state" }),
    version: h("p", { class: "version" }),
    frame: h("iframe", { class: "app", sandbox: "allow-scripts", loading: "lazy", tabindex: "-1" }),
    over: h("div", { class: "over" }),
    unit: h("p", { class: "unit" }),
    logs: h("ol", { class: "logs", tabindex: "0" }),
  };
  const node = h(
    "section",
    { class: "target", data: { env } },
    h("header", {}, h("h3", {}, env), parts.version, parts.state),
    h("div", { class: "screen" }, parts.frame, parts.over),
    parts.unit,
    parts.logs,
  );
  cards.set(env, { ...parts, node, page: "", running: "" });
  return node;
}

function show(env) {
  const one = cards.get(env);
  const seen = store.targets[env];
  if (!seen) return;
  one.node.className = `target ${condition(seen)}`;
  redraw(one.state, [seen.status, seen.active, seen.sub, store.stage?.unreachable, store.language], () => state(env, seen));
  changedVersion(one, seen);
  redraw(one.version, [seen.version, seen.title, store.language], () => [
    h("code", {}, seen.version ? seen.version.slice(0, 7) : "–"),
    h("span", { title: seen.title ?? "" }, seen.title ?? ""),
  ]);
  const page = `${seen.instance}/${seen.status ? 1 : 0}`;
  if (store.peek && one.page !== page && seen.status) {
    one.page = page;
    one.frame.src = `/app/${env}/${store.peek}?${encodeURIComponent(page)}`;
  }
  redraw(one.over, [seen.status, seen.active, seen.sub, store.language], () => over(seen));
  redraw(one.unit, [seen, store.language], () => unit(seen));
  one.logs.setAttribute("aria-label", text("logs"));
  one.frame.setAttribute("title", text("app.page", { env }));
  const end = one.logs.scrollHeight - one.logs.scrollTop - one.logs.clientHeight < 24;
  redraw(one.logs, [seen.lines, store.language], () => (seen.lines?.length ? seen.lines.map(line) : h("li", { class: "none" }, text("nothing"))));
  if (end) one.logs.scrollTop = one.logs.scrollHeight;
}

function changedVersion(one, seen) {
  if (!seen.version || seen.version === one.running) return;
  const first = !one.running;
  one.running = seen.version;
  if (first) return;
  one.node.classList.remove("flash");
  void one.node.offsetWidth;
  one.node.classList.add("flash");
}

const condition = (seen) => (seen.status === 200 ? "well" : seen.active === "active" && !seen.status ? "booting" : "ill");

function state(env, seen) {
  const said = { well: text("healthy"), booting: text("booting"), ill: seen.status ? text("unhealthy", seen) : text("down") }[condition(seen)];
  return [store.stage?.unreachable.includes(env) && h("em", { class: "cut" }, text("unreachable.now")), h("b", { class: "dot", "aria-hidden": "true" }), said];
}

function over(seen) {
  if (seen.status === 200) return [];
  const said = seen.status ? text("unhealthy", seen) : condition(seen) === "booting" ? text("booting") : text("down.long");
  return h("p", {}, said);
}

function unit(seen) {
  if (seen.error) return h("span", {}, seen.error);
  return [
    h("span", { class: "bullet", "aria-hidden": "true" }, "●"),
    h("b", { title: seen.where }, seen.unit.replace(".service", "")),
    h("span", { class: "active" }, `${seen.active} (${seen.sub})`),
    h("span", {}, `PID ${seen.pid}`),
    Number(seen.restarts) > 0 && h("span", {}, text("restarts", { n: seen.restarts })),
  ];
}

function line(one) {
  const bad = /error|traceback|failed|exited/i.test(one.text);
  return h("li", { class: bad ? "bad" : "" }, one.at && h("time", {}, one.at), h("span", { class: "by" }, one.who), h("span", {}, one.text));
}
