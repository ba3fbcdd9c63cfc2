/* Sending the fields of a form to the server from a script. */

const PATIENCE_MS = 15_000;

/** `{code, data}`: the status of the answer, 0 where nothing came, and its JSON, if it is any. */
export async function post(url, fields, csrf, { patience = PATIENCE_MS, world = globalThis } = {}) {
  try {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const signal = AbortSignal.timeout(patience);
    const answer = await world.fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf, Accept: "application/json" }, body, signal });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { code: answer.status, data: isJson ? await answer.json() : null };
  } catch {
    return { code: 0, data: null };
  }
}
