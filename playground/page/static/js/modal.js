// A form that the bot opened.
import { $, h } from "./dom.js";
import { take } from "./components.js";
import { changed, store } from "./store.js";
import { text } from "./text.js";
import { ask } from "./wire.js";

export function openModal(modal, messageId) {
  const dialog = h("dialog", { class: "modal", "aria-label": modal.title, onclose: () => dialog.remove() });
  const send = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    dialog.close();
    take(messageId, await ask("submit", { as: store.face, modal: modal.modal, values }));
    changed("messages");
  };
  dialog.append(
    h(
      "form",
      { onsubmit: send },
      h("h2", {}, modal.title),
      h("p", { class: "modal-warning" }, text("modal.warning")),
      modal.fields.map(field),
      h(
        "div",
        { class: "modal-actions" },
        h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, text("modal.cancel")),
        h("button", { type: "submit", class: "button primary" }, text("modal.submit")),
      ),
    ),
  );
  $("dialogs").append(dialog);
  dialog.showModal();
}

function field(one) {
  const facts = {
    name: one.custom_id,
    required: one.required,
    minlength: one.min_length,
    maxlength: one.max_length ?? 4000,
    placeholder: one.placeholder,
    value: one.value ?? "",
  };
  const input = one.style === 2 ? h("textarea", { ...facts, rows: 4 }) : h("input", { ...facts, type: "text", autocomplete: "off" });
  return h("label", { class: "field-label" }, h("span", {}, one.label, one.required && h("b", { "aria-hidden": "true" }, " *")), input);
}
