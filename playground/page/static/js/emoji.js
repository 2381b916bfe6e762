// The signs that Slipway uses, drawn here: they look alike on a machine without an emoji font. Others stay text.
import { h } from "./dom.js";

const tile = (color, inner) => `<rect x="2" y="2" width="32" height="32" rx="7" fill="${color}"/>${inner}`;
const stroke = (d, color = "#fff", width = 4.2) => `<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const lock = (bow) => `${stroke(bow, "#b9c2ca", 3.4)}<rect x="6" y="16" width="24" height="17" rx="3.5" fill="#f5b942"/><circle cx="18" cy="23" r="2.6" fill="#7a4a12"/><path d="M16.8 24h2.4l.8 5h-4z" fill="#7a4a12"/>`;
const paper = (inner) => `<rect x="6" y="3" width="24" height="30" rx="3" fill="#e6ebf0"/>${inner}`;
const glass = (sand) => `<path d="M9 5h18c0 7-5 9.5-6.5 13C22 21.5 27 24 27 31H9c0-7 5-9.5 6.5-13C14 14.5 9 12 9 5z" fill="#cfe6f7"/>${sand}${stroke("M8 4h20M8 32h20", "#c98b3c", 3.6)}`;

const DRAWN = {
  "✅": tile("#3ba55d", stroke("M10 18.5l5.5 5.5L26.5 12")),
  "❌": stroke("M8 8l20 20M28 8L8 28", "#e5484d", 5.6),
  "⏳": glass('<path d="M12 11h12c-1 3.5-4 5-6 7-2-2-5-3.5-6-7zM11 30.5c.5-4 4-6 7-8 3 2 6.5 4 7 8z" fill="#f0b54d"/>'),
  "⌛": glass('<path d="M11 30.5c0-6 4.5-8 7-11 2.5 3 7 5 7 11z" fill="#f0b54d"/>'),
  "▫️": '<rect x="12" y="12" width="12" height="12" rx="2" fill="none" stroke="#949ba4" stroke-width="3"/>',
  "🆕": tile("#4f7fd6", stroke("M11 26V10.5l14 15V10")),
  "⏭️": tile("#4f7fd6", '<path d="M8 10.5 17 18l-9 7.5zM17 10.5 26 18l-9 7.5z" fill="#fff"/><rect x="26" y="10.5" width="3" height="15" fill="#fff"/>'),
  "↩️": tile("#4f7fd6", stroke("M15 9l-6 6 6 6M10 15h10a6 6 0 0 1 0 12h-5", "#fff", 3.4)),
  "⬇️": tile("#4f7fd6", stroke("M18 9v17M11 19.5 18 26.5l7-7", "#fff", 3.6)),
  "⚠️": '<path d="M18 4 34 32H2z" fill="#f5c242" stroke="#f5c242" stroke-width="3" stroke-linejoin="round"/><path d="M18 13v9" stroke="#3b2a05" stroke-width="3.4" stroke-linecap="round"/><circle cx="18" cy="27.5" r="2.1" fill="#3b2a05"/>',
  "🛑": '<path d="M12 2h12l10 10v12L24 34H12L2 24V12z" fill="#e5484d"/><rect x="9" y="15.5" width="18" height="5" rx="1.5" fill="#fff"/>',
  "🔒": lock("M11 17v-5a7 7 0 0 1 14 0v5"),
  "🔓": lock("M11 17v-6a6.8 6.8 0 0 1 13-2.5"),
  "👀": '<ellipse cx="11" cy="18" rx="7.5" ry="10.5" fill="#f2f3f5"/><ellipse cx="26" cy="18" rx="7.5" ry="10.5" fill="#f2f3f5"/><circle cx="12.5" cy="20" r="4" fill="#2b2d31"/><circle cx="27.5" cy="20" r="4" fill="#2b2d31"/>',
  "🔺": '<path d="M18 6 32 30H4z" fill="#e5484d" stroke="#e5484d" stroke-width="3" stroke-linejoin="round"/>',
  "❄️": stroke("M18 4v28M6 11l24 14M30 11 6 25M14 6l4 4 4-4M14 30l4-4 4 4", "#8ecbf2", 2.8),
  "📋": paper(`<rect x="12" y="1" width="12" height="6" rx="2" fill="#8d99a6"/>${stroke("M11 14h14M11 20h14M11 26h9", "#8d99a6", 2.4)}`),
  "📜": paper(stroke("M11 10h14M11 16h14M11 22h14M11 28h8", "#a98b5d", 2.4)),
  "⚪": '<circle cx="18" cy="18" r="14" fill="#dfe3e8"/>',
  "❔": `${stroke("M12 12a6 6 0 1 1 8.5 5.5c-2 1-2.5 2-2.5 5", "#dfe3e8", 4)}<circle cx="18" cy="29.5" r="2.6" fill="#dfe3e8"/>`,
  "🔎": `<circle cx="21" cy="14" r="9" fill="#cfe6f7"/>${stroke("M14 21 5 31M30 14a9 9 0 1 1-18 0 9 9 0 0 1 18 0z", "#8d99a6", 3.4)}`,
  "⏱️": `<circle cx="18" cy="20" r="12.5" fill="#e6ebf0" stroke="#8d99a6" stroke-width="3"/>${stroke("M14 3h8M18 3v4M18 20v-7", "#8d99a6", 3)}`,
  "☐": '<rect x="6" y="6" width="24" height="24" rx="3" fill="none" stroke="#b9c2ca" stroke-width="3"/>',
  "🚧": `<rect x="3" y="9" width="30" height="12" rx="2" fill="#f5c242"/>${stroke("M9 20 15 10M19 20 25 10", "#3b2a05", 4)}${stroke("M9 22v10M27 22v10", "#8d99a6", 3.4)}`,
  "🚨": `<path d="M9 26v-8a9 9 0 0 1 18 0v8z" fill="#e5484d"/><rect x="6" y="26" width="24" height="6" rx="2" fill="#8d99a6"/>${stroke("M18 2v3M5 7l2.5 2.5M31 7l-2.5 2.5", "#f5c242", 2.6)}`,
  "🔗": stroke("M15 21 21 15M13.5 16.5 9 21a4.6 4.6 0 0 0 6.5 6.5L20 23M22.5 19.5 27 15a4.6 4.6 0 0 0-6.5-6.5L16 13", "#8ecbf2", 3.2),
  "📎": stroke("M26 12 14.5 23.5a3.5 3.5 0 0 1-5-5L21 7a6 6 0 0 1 8.5 8.5L17 28", "#b9c2ca", 3),
};

const bare = (sign) => sign.replace("\ufe0f", "");
const KNOWN = new Map(Object.entries(DRAWN).map(([sign, inner]) => [bare(sign), inner]));
const SIGNS = new RegExp(`^(?:${[...KNOWN.keys()].join("|")})\\ufe0f?`, "u");

export const sign = (text) => SIGNS.exec(text)?.[0] ?? "";

export function emoji(text) {
  const inner = KNOWN.get(bare(text));
  if (!inner) return text;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">${inner}</svg>`;
  return h("img", { class: "emoji", alt: text, draggable: "false", src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
}

// Plain text (labels of buttons) with its signs drawn.
export function signed(text) {
  const out = [];
  for (const letter of text.match(/\P{M}\ufe0f?/gu) ?? []) {
    const drawn = sign(letter) === letter ? emoji(letter) : letter;
    if (typeof drawn === "string" && typeof out.at(-1) === "string") out.push(out.pop() + drawn);
    else out.push(drawn);
  }
  return out;
}
