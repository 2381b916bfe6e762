// The page's own API: one POST a verb, one WebSocket that tells what is new. The key comes from the printed address.
export const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";

export async function ask(verb, body = {}) {
  try {
    const answer = await fetch(`/api/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground-Key": key },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { error: "away" };
  }
}

export async function file(message, id) {
  const answer = await fetch(`/file/${message}/${id}`, { headers: { "X-Playground-Key": key } });
  return answer.blob();
}

// `hear(part)` gets every part; `stands(true|false)` hears whether the connection stands. Comes back by itself.
export function listen(face, hear, stands) {
  let socket;
  let pause = 300;
  const connect = () => {
    socket = new WebSocket(`ws://${location.host}/ws?key=${encodeURIComponent(key)}`);
    socket.addEventListener("open", () => {
      pause = 300;
      stands(true);
      socket.send(JSON.stringify({ as: face() }));
    });
    socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      stands(false);
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, 4000);
    });
  };
  connect();
  return () => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ as: face() }));
}
