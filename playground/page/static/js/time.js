// Times as Discord shows them. Elements with data-relative are kept fresh by one clock.
import { locale } from "./text.js";

const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function relative(seconds) {
  const ahead = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, one]) => Math.abs(ahead) >= one) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(ahead / size), unit);
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
export function stamp(seconds, style) {
  if (style === "R") return relative(seconds);
  return new Intl.DateTimeFormat(locale(), STYLES[style] ?? STYLES.f).format(seconds * 1000);
}

// The small time beside a name.
export function beside(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale(), today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" }).format(at);
}

export function keepFresh() {
  setInterval(() => {
    for (const one of document.querySelectorAll("[data-relative]")) {
      const now = relative(Number(one.dataset.relative));
      if (one.textContent !== now) one.textContent = now;
    }
  }, 1000);
}
