// An embed: the coloured bar, title, text, fields, footer.
import { h } from "./dom.js";
import { markdown } from "./markdown.js";
import { beside } from "./time.js";

export function embed(one) {
  const color = `#${(one.color ?? 0x1e1f22).toString(16).padStart(6, "0")}`;
  return h(
    "section",
    { class: "embed", style: { "--bar": color } },
    one.author?.name && h("div", { class: "embed-author" }, one.author.name),
    one.title && h("h3", {}, markdown(one.title)),
    one.description && h("div", { class: "embed-text" }, markdown(one.description)),
    one.fields?.length && h("div", { class: "fields" }, one.fields.map(field)),
    one.image?.url && h("img", { src: one.image.url, alt: one.description ?? "" }),
    (one.footer || one.timestamp) && h("footer", {}, [one.footer?.text, one.timestamp && beside(one.timestamp)].filter(Boolean).join(" • ")),
  );
}

const field = (one) => h("div", { class: one.inline ? "field inline" : "field" }, h("h4", {}, markdown(one.name)), h("div", {}, markdown(one.value)));
