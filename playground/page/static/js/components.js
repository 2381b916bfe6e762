// Buttons and selects under a message, and what comes of them.
import { h, icon } from "./dom.js";
import { emoji, signed } from "./emoji.js";
import { openModal } from "./modal.js";
import { changed, store } from "./store.js";
import { text } from "./text.js";
import { ask } from "./wire.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };

export function components(one) {
  if (!one.components?.length) return null;
  return h("div", { class: "components" }, one.components.map((row) => h("div", { class: "buttons" }, (row.components ?? []).map((each) => part(one, each)))));
}

function part(one, each) {
  if (each.type === 2) return button(one, each);
  if (each.type === 3 || each.type === 5) return select(one, each);
  return null;
}

function button(one, each) {
  const label = [each.emoji?.name && emoji(each.emoji.name), each.label && h("span", { class: "label" }, signed(each.label))];
  if (each.url) return h("a", { class: "button secondary", href: each.url, target: "_blank", rel: "noreferrer noopener" }, label);
  const busy = store.busy.has(`${one.id}:${each.custom_id}`);
  return h(
    "button",
    {
      type: "button",
      class: `button ${STYLES[each.style]}${busy ? " busy" : ""}`,
      disabled: each.disabled,
      data: { action: each.custom_id?.split(":")[1] ?? "" },
      onclick: () => press(one, each.custom_id, "click", {}),
    },
    h("span", { class: "inside" }, label),
    busy && h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
  );
}

function select(one, each) {
  const options = each.type === 5 ? people() : each.options ?? [];
  const pick = (event) => event.target.value && press(one, each.custom_id, "select", { values: [event.target.value] });
  return h(
    "span",
    { class: "select" },
    h(
      "select",
      { disabled: each.disabled, "aria-label": each.placeholder ?? text("select.none"), onchange: pick },
      h("option", { value: "" }, each.placeholder ?? text("select.none")),
      options.map((option) => h("option", { value: option.value, selected: option.default }, [option.emoji?.name, option.label].filter(Boolean).join(" "))),
    ),
    icon("down", 18),
  );
}

const people = () => store.world.people.map((one) => ({ value: one.id, label: one.name }));

async function press(one, customId, verb, rest) {
  const busy = `${one.id}:${customId}`;
  if (store.busy.has(busy)) return;
  store.busy.add(busy);
  store.failed.delete(one.id);
  changed("messages");
  const answer = await ask(verb, { as: store.face, message: one.id, custom_id: customId, ...rest });
  store.busy.delete(busy);
  take(one.id, answer);
  changed("messages");
}

// What an answer that is no message means for the person: a form, or a sentence under the message.
export function take(messageId, answer) {
  if (answer.kind === "modal") openModal(answer, messageId);
  if (!answer.error) return;
  const said = { no_answer: text("failed"), refused: text("refused", answer), away: text("away") };
  store.failed.set(messageId, said[answer.error] ?? text("failed"));
}
