// What the page knows. Whoever draws something subscribes; whoever learns something calls `changed`.
export const CAST = ["jieun", "haneul", "visitor"];

export const store = {
  face: CAST[0],
  channel: "",
  language: "ko",
  world: null,
  stage: null,
  targets: {},
  llmops: null,
  fleet: null,
  messages: new Map(),
  dismissed: new Set(),
  unread: new Map(), // channel id → { news, pings }
  peek: "",
  here: false,
  tab: "chat",
  pointed: "", // the message whose ✅ somebody is shown
  busy: new Set(), // "message:custom_id" of buttons whose answer is awaited
  failed: new Map(), // message id → sentence under it
};

const watchers = new Map();
export function on(what, draw) {
  watchers.set(what, [...(watchers.get(what) ?? []), draw]);
}
export function changed(...what) {
  for (const draw of new Set(what.flatMap((one) => watchers.get(one) ?? []))) draw();
}

export const person = (id) => store.world?.people.find((one) => one.id === id || one.key === id);
export const me = () => person(store.face);
export const role = (id) => store.world?.roles.find((one) => one.id === id);
export const channel = (id) => store.world?.channels.find((one) => one.id === id || one.name === id);
export const messagesOf = (id) =>
  [...store.messages.values()]
    .filter((one) => one.channel_id === id && !store.dismissed.has(one.id))
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));

export function colorOf(user) {
  const roles = person(user)?.roles ?? [];
  const shown = store.world?.roles.filter((one) => roles.includes(one.name) && one.color) ?? [];
  return shown.length ? `#${shown.at(-1).color.toString(16).padStart(6, "0")}` : "";
}
