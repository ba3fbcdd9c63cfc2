/* A quiz inside an exam window asks the window for the password, again and again until it answers: the window may not be
   ready yet. Whoever answers, only the password is taken. */

const ASK_MS = 500;
const field = document.getElementById("password");
if (field && window.parent !== window) {
  const ask = () => window.parent.postMessage({ type: "lti-proctor.code-please" }, "*");
  const timer = setInterval(ask, ASK_MS);
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.type !== "lti-proctor.code") return;
    clearInterval(timer);
    field.value = event.data.code;
  });
  ask();
}
