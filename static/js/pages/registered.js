/* Tells the LMS that registration is over, so that it closes its dialogue (LTI Dynamic Registration 1.0). */

/** The message holds nothing, and the LMS's page may be at any origin. */
function close() {
  (window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
}

document.getElementById("close").addEventListener("click", () => {
  close();
  window.close();
});
close();
