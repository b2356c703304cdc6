// What htmx leaves to us: focus on problems after a swap, and a word when the line is lost. Everything works without it.
(function () {
  "use strict";
  var lost = document.getElementById("line-lost");

  document.addEventListener("htmx:after:swap", function () {
    lost.hidden = true;
    var problems = document.querySelector("main .problems, main [aria-invalid=true]");
    if (problems) problems.focus();
  });

  document.addEventListener("htmx:error", function () {
    lost.hidden = false;
  });
})();
