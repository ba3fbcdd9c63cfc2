/* Goes on when the tool in the frame says that its registration is done (LTI Dynamic Registration 1.0, section 3.7). */
const frame = document.getElementById("tool");

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.data?.subject !== "org.imsglobal.lti.close") return;
  window.location.assign(document.getElementById("done").href);
});
