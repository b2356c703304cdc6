// Loaded only where there is a file to choose: how large it is, how long it takes, how far it is; photos made smaller.
// Without it the form is sent as always.
(function () {
  "use strict";
  // Bytes above which, and pixels to which, a photo is made smaller.
  var WORTH = 500000, LONGEST = 2400;
  // Bytes a second on a line of 400 kbit/s.
  var SLOW = 50000;

  function size(bytes) {
    return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1000)) + " kB" : (bytes / 1e6).toFixed(1).replace(".", ",") + " MB";
  }

  function time(seconds) {
    var count = Math.ceil(seconds < 60 ? seconds : seconds / 60);
    return count + (seconds < 60 ? count > 1 ? " seconden" : " seconde" : count > 1 ? " minuten" : " minuut");
  }

  function teller(field) {
    var next = field.nextElementSibling;
    if (next && next.matches(".upload-tells")) return next;
    var made = document.createElement("p");
    made.className = "hint upload-tells";
    made.setAttribute("role", "status");
    field.after(made);
    return made;
  }

  function smaller(file) {
    if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < WORTH) return Promise.resolve(file);
    return createImageBitmap(file, {imageOrientation: "from-image"}).then(function (image) {
      var scale = Math.min(1, LONGEST / Math.max(image.width, image.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.8); });
    }).then(function (blob) {
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", {type: "image/jpeg"});
    // No picture after all: the counter says so.
    }).catch(function () { return file; });
  }

  document.addEventListener("change", function (event) {
    var field = event.target, file = field.files && field.files[0];
    if (field.type !== "file" || !file) return;
    field.shrinking = smaller(file).then(function (made) {
      var words = size(made.size);
      if (made !== file) {
        var list = new DataTransfer();
        list.items.add(made);
        field.files = list.files;
        words = "Foto kleiner gemaakt: van " + size(file.size) + " naar " + words;
      }
      teller(field).textContent = words + ". Op een trage lijn duurt versturen ongeveer " + time(made.size / SLOW) + ".";
    });
  });

  document.addEventListener("submit", function (event) {
    var form = event.target, field = form.querySelector("input[type=file]");
    if (event.defaultPrevented || !field || !field.files.length || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    Promise.resolve(field.shrinking).then(function () { send(form, field, event.submitter); });
  });

  function send(form, field, submitter) {
    var request = new XMLHttpRequest(), tells = teller(field), bar = document.createElement("progress"), began = Date.now();
    bar.setAttribute("aria-label", "Versturen");
    tells.after(bar);
    request.upload.addEventListener("progress", function (event) {
      bar.max = event.total;
      bar.value = event.loaded;
      var left = (event.total - event.loaded) / event.loaded * (Date.now() - began) / 1000;
      tells.textContent = size(event.loaded) + " van " + size(event.total) + " verstuurd, nog ongeveer " + time(left) + ".";
    });
    request.addEventListener("load", function () { show(request, form); });
    request.addEventListener("error", function () {
      bar.remove();
      form.dispatchEvent(new CustomEvent("loket:lost", {bubbles: true}));
    });
    request.open("POST", submitter && submitter.getAttribute("formaction") || form.action);
    request.send(new FormData(form, submitter));
  }

  function fields() {
    return [].slice.call(document.querySelectorAll("main form[method=post] :is(input:not([type=file]),textarea)[name]"));
  }

  // What stands typed in another form, and was not sent with this one, stands there again on the page that follows.
  function show(request, form) {
    var page = new DOMParser().parseFromString(request.responseText, "text/html"), typed = fields().filter(function (field) {
      return field.form !== form && (field.checked !== field.defaultChecked || field.value !== field.defaultValue);
    });
    document.title = page.title;
    document.body.replaceChildren.apply(document.body, [].slice.call(page.body.childNodes));
    fields().forEach(function (field) {
      typed.forEach(function (old) {
        if (old.name !== field.name || old.type !== field.type || old.form.action !== field.form.action) return;
        if (!/radio|checkbox/.test(field.type)) field.value = old.value;
        else if (old.value === field.value) field.checked = old.checked;
      });
    });
    // Where the counter led to.
    if (request.status === 200) history.pushState(null, "", request.responseURL);
    if (window.htmx) window.htmx.process(document.body);
    document.dispatchEvent(new CustomEvent("loket:shown"));
  }
})();
