// The window beside a frame on another site hands the frame its code; where that bond was cut, the code is typed.
(function () {
  "use strict";
  var secret = document.getElementById("secret");
  if (window.opener && secret) {
    window.opener.postMessage({type: "loket-paired", secret: secret.dataset.secret}, location.origin);
  }
})();
