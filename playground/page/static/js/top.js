// The bar above everything, the set-up, the banner when the bot is dead, and the tabs of a narrow screen.
import { $, h, icon, redraw } from "./dom.js";
import { changed, on, store } from "./store.js";
import { text } from "./text.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

const TABS = ["chat", "real", "break"];

export function start() {
  for (const what of ["stage", "language", "here"]) on(what, draw);
  on("tab", drawTabs);
}

function draw() {
  document.documentElement.lang = store.language;
  redraw($("top"), [store.language, store.stage?.ready, store.here], top);
  redraw($("setup"), [store.stage?.events, store.stage?.ready, store.stage?.bot.pid, store.language, store.here], setup);
  drawTabs();
}

function top() {
  return [
    h("img", { src: "/static/slipway.svg", alt: "", width: 28, height: 28 }),
    h("strong", { class: "brand" }, "Slipway", h("span", {}, "playground")),
    h("p", { class: "imitation" }, h("span", { class: "long" }, text("imitation")), h("span", { class: "brief" }, text("short"))),
    h("div", { class: "languages", role: "group", "aria-label": text("language") }, ["ko", "en"].map(language)),
  ];
}

function language(one) {
  const chosen = one === store.language;
  return h("button", { type: "button", class: chosen ? "chosen" : "", "aria-pressed": String(chosen), lang: one, disabled: !store.stage?.ready || chosen, onclick: () => speak(one) }, one === "ko" ? "한국어" : "English");
}

async function speak(one) {
  toast(text("switching"));
  const answer = await ask("language", { language: one });
  if (answer.error) toast(answer.detail ?? text("away"));
}

function setup() {
  if (!store.here) return h("div", { class: "banner dead" }, h("p", {}, text("away")));
  const stage = store.stage;
  if (!stage) return [];
  if (stage.ready) return stage.bot.pid ? [] : dead();
  const failed = stage.events.some((one) => one.failed);
  return h(
    "div",
    { class: "banner", role: "status" },
    h("h3", {}, text(failed ? "setup.failed" : "setup.title")),
    h("ul", {}, stage.events.map((one) => h("li", { class: one.failed ? "bad" : one.done ? "good" : "now" }, one.done && !one.failed ? icon("check", 14) : h("span", { class: "spin", "aria-hidden": "true" }), h("span", {}, one.text)))),
  );
}

function dead() {
  return h("div", { class: "banner dead" }, h("p", {}, text("dead.banner")), h("button", { type: "button", class: "button primary", onclick: () => ask("break", { what: "revive" }) }, text("break.revive")));
}

function drawTabs() {
  document.body.dataset.tab = store.tab;
  redraw($("tabs"), [store.tab, store.language], () =>
    TABS.map((one) => {
      const pick = () => {
        store.tab = one;
        changed("tab");
      };
      return h("button", { type: "button", class: one === store.tab ? "chosen" : "", "aria-current": one === store.tab ? "page" : false, onclick: pick }, text(`tab.${one}`));
    }),
  );
}
