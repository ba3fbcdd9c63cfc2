/* Sends the form of the page on. The button below it is for browsers without scripts. */
document.querySelector("#forward").submit();
