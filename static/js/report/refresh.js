/* Parts of this page as the server draws them now, put in place without losing the films. */

export async function refresh(address, names) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of names) {
    const [old, fresh] = [document, page].map((where) => where.querySelector(`[data-part="${name}"]`));
    if (old && fresh) old.replaceChildren(...fresh.childNodes);
  }
}
