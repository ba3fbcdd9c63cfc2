// The page of the interface for programs: sends what the reader wrote, with the reader's token, and shows the answer.

const words = JSON.parse(document.getElementById("page-data").textContent);
const token = document.getElementById("token");

/** The address and options of one request, from the fields of its form. */
export function requestOf(form, bearer) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input[data-place]")) {
    if (field.dataset.place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else for (const value of field.value.split(",").filter(Boolean)) query.append(field.name, value.trim());
  }
  const headers = { Authorization: `Bearer ${bearer}`, Accept: "application/json" };
  const body = form.querySelector("textarea")?.value;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const address = String(query) ? `${path}?${query}` : path;
  return [address, { method: form.dataset.method, headers, body, credentials: "omit" }];
}

async function send(form) {
  const said = form.querySelector("[data-said]");
  const shown = form.querySelector("pre");
  shown.hidden = true;
  if (!token.value) {
    said.textContent = words.token;
    token.focus();
    return;
  }
  said.textContent = words.sending;
  try {
    const answer = await fetch(...requestOf(form, token.value));
    const text = await answer.text();
    said.textContent = `${answer.status} ${answer.statusText}`;
    shown.textContent = text && JSON.stringify(JSON.parse(text), null, 2);
    shown.hidden = !text;
  } catch {
    said.textContent = words.none;
  }
}

/** A link to something that is folded opens it. */
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

for (const form of document.querySelectorAll("form[data-path]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
addEventListener("hashchange", unfold);
unfold();
