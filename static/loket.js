// What htmx leaves to us: where the focus goes after a swap, and a form that survives a lost line or an ended sign-in.
(function () {
  "use strict";
  var lost = document.getElementById("line-lost"), upload = document.currentScript.src.replace("loket", "upload");
  var ending = document.getElementById("ending");
  var beside = document.getElementById("beside");
  var signedIn = window.BroadcastChannel && new BroadcastChannel("signed-in");
  // The submit event of a form that has no answer yet.
  var sent;

  document.addEventListener("htmx:after:swap", function (event) {
    hide();
    load();
    var part = document.getElementById(event.detail.ctx.target.id);
    // What was refused before does not call away who is putting it right.
    var next = (part || document).querySelector("#beside a, .problems, [aria-invalid=true]");
    // What had the focus is gone with the old part.
    if (!next && document.activeElement === document.body && part) {
      next = part.querySelector("[aria-current]") || part;
      if (next === part) part.tabIndex = -1;
    }
    if (next) next.focus();
    if (part && part.dataset.told) document.getElementById("status").textContent = part.dataset.told;
  });

  // The module for uploads comes only where there is a file to choose.
  function load() {
    if (!upload || !document.querySelector("input[type=file]")) return;
    document.head.append(Object.assign(document.createElement("script"), {src: upload}));
    upload = "";
  }

  load();

  // The line is lost: said beside what was sent, where it can be sent again; what was typed stays where it is.
  function lose(source, submitter) {
    // A field asks for its form; a link and a form for themselves.
    var form = source.form || source;
    form.after(lost);
    lost.hidden = false;
    lost.querySelector("button").onclick = function () {
      hide();
      if (form.requestSubmit) form.requestSubmit(submitter && submitter.isConnected ? submitter : null);
      else form.click();
    };
  }

  function hide() {
    lost.hidden = true;
    // Or a swap takes it along.
    document.body.append(lost);
  }

  document.addEventListener("htmx:error", function (event) {
    var context = event.detail.ctx;
    if (context) lose(context.sourceElement, context.request && context.request.submitter);
  });

  document.addEventListener("loket:lost", function (event) {
    lose(event.target, sent && sent.submitter);
  });

  // An upload brought the next page.
  document.addEventListener("loket:shown", function () {
    sent = null;
    lost = document.getElementById("line-lost");
    beside = document.getElementById("beside");
    ending = document.getElementById("ending");
    var wrong = document.querySelector("main .problems, main [aria-invalid=true]"), main = document.getElementById("main");
    if (wrong) return wrong.focus();
    // At its beginning stands what was done.
    main.focus({preventScroll: true});
    main.scrollIntoView();
  });

  // Each form gets a key, until it was answered: the same form with the same key arrives any number of times, and is done once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return lose(form, event.submitter);
    }
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
    if (sent && context.sourceElement === sent.target && !/401|5../.test(context.response.status)) answered();
  });

  addEventListener("pageshow", function (event) {
    // Back to a form that was sent: what follows is something new.
    if (event.persisted && sent) answered();
  });

  function sendAgain() {
    var form = sent ? sent.target : document.getElementById("again");
    if (form && form.isConnected) form.requestSubmit(sent && sent.submitter);
  }

  // Who is about to be signed out hears it ten minutes before, and can stay.
  function warn(ends) {
    setTimeout(function () { ending.hidden = false; }, Math.max(ends - Date.now() - 600000, 0));
  }
  if (ending) warn(Date.parse(ending.dataset.ends));
  if (signedIn && document.getElementById("signed-in")) signedIn.postMessage("");
  if (signedIn) signedIn.onmessage = function () {
    if (ending) {
      ending.hidden = true;
      warn(Date.now() + 7200000);
    }
    if (!beside.firstChild && !document.getElementById("again")) return;
    beside.textContent = "";
    sendAgain();
  };
})();
