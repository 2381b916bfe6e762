// Files: text shows its first lines and unfolds, as Discord's client does.
import { h, icon } from "./dom.js";
import { text } from "./text.js";
import { file } from "./wire.js";

const cache = new Map(); // file id → text
const open = new Set();
const FOLDED = 6;

export function attachments(one) {
  return one.attachments.map((each) => (each.content_type?.startsWith("image/") ? picture(one, each) : document_(one, each)));
}

function picture(one, each) {
  const image = h("img", { class: "picture", alt: each.description ?? each.filename });
  file(one.id, each.id).then((blob) => image.setAttribute("src", URL.createObjectURL(blob)));
  return image;
}

function document_(one, each) {
  const body = h("code", {}, "…");
  const box = h("pre", { class: "file-text", tabindex: "0" }, body);
  const more = h("button", { type: "button", class: "link" });
  const show = () => {
    const lines = (cache.get(each.id) ?? "").split("\n");
    const whole = open.has(each.id);
    body.textContent = (whole ? lines : lines.slice(0, FOLDED)).join("\n");
    more.textContent = lines.length > FOLDED ? text(whole ? "file.hide" : "file.show") : "";
  };
  more.addEventListener("click", () => {
    if (!open.delete(each.id)) open.add(each.id);
    show();
  });
  load(one, each).then(show);
  return h(
    "figure",
    { class: "file" },
    box,
    h("figcaption", {}, more, h("span", { class: "file-name" }, icon("file", 16), each.filename, h("small", {}, size(each.size))), h("button", { type: "button", class: "link", onclick: () => save(one, each) }, text("file.save"))),
  );
}

async function load(one, each) {
  if (!cache.has(each.id)) cache.set(each.id, await (await file(one.id, each.id)).text());
}

async function save(one, each) {
  const link = h("a", { href: URL.createObjectURL(await file(one.id, each.id)), download: each.filename });
  link.click();
  URL.revokeObjectURL(link.href);
}

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`);
