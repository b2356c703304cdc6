// What htmx leaves to us: focus on problems after a swap, and a form that survives a lost line or an ended sign-in.
(function () {
  "use strict";
  var lost = document.getElementById("line-lost");
  var beside = document.getElementById("beside");
  var signedIn = window.BroadcastChannel && new BroadcastChannel("signed-in");
  var sent; // the submit event of a form that has no answer yet

  document.addEventListener("htmx:after:swap", function () {
    lost.hidden = true;
    var problems = document.querySelector("main .problems, main [aria-invalid=true]");
    if (problems) problems.focus();
  });

  document.addEventListener("htmx:error", function () {
    lost.hidden = false;
  });

  // Each form gets a key: the same form with the same key arrives any number of times, and is done once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    sent = event;
    if (form.elements.once) return;
    var once = document.createElement("input");
    once.type = "hidden";
    once.name = "once";
    once.value = Date.now() + "-" + Math.random();
    form.append(once);
  }, true);

  function answered() {
    sent.target.elements.once.remove();
    sent = null;
  }

  document.addEventListener("htmx:after:request", function (event) {
    var context = event.detail.ctx;
    if (sent && context.sourceElement === sent.target && context.response.status !== 401) answered();
  });

  addEventListener("pageshow", function (event) {
    if (event.persisted && sent) answered(); // back to a form that was sent: what follows is something new
  });

  function sendAgain() {
    var form = sent ? sent.target : document.getElementById("again");
    if (form && form.isConnected) form.requestSubmit(sent && sent.submitter);
  }

  if (signedIn && document.getElementById("signed-in")) signedIn.postMessage("");
  if (signedIn) signedIn.onmessage = function () {
    if (!beside.firstChild && !document.getElementById("again")) return;
    beside.textContent = "";
    sendAgain();
  };
})();
