/* The search above a list and the choice of its columns: both become part of the address (`dashboard/finding.py`). */
(function () {
  "use strict";
  var PAUSE = 600;  // ms after the last letter
  var timers = {}, typing = {};

  function change(name, set, anew) {
    var address = new URL(window.location.href);
    set(address.searchParams);
    address.searchParams.delete(name + "-page");
    if (address.href === window.location.href) { return; }
    window.history[anew ? "pushState" : "replaceState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function put(parameters, key, value) {
    if (value) { parameters.set(key, value); } else { parameters.delete(key); }
  }

  function find(form) {
    var name = form.getAttribute("data-find"), field = form.querySelector("input");
    window.clearTimeout(timers[name]);
    delete timers[name];
    /* One search is one step back, however often it was refined while it was written. */
    change(name, function (parameters) { put(parameters, name + "-find", field.value.trim()); }, !typing[name]);
    typing[name] = true;
  }

  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-find]");
    if (!form) { return; }
    var name = form.getAttribute("data-find");
    window.clearTimeout(timers[name]);
    timers[name] = window.setTimeout(function () {
      find(document.querySelector('form[data-find="' + name + '"]') || form);
    }, PAUSE);
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-find]")) { return; }
    event.preventDefault();
    find(event.target);
  });
  document.addEventListener("focusout", function (event) {
    var form = event.target.closest && event.target.closest("form[data-find]");
    if (form && !form.contains(event.relatedTarget) && document.contains(form)) {
      delete typing[form.getAttribute("data-find")];
    }
  });

  document.addEventListener("change", function (event) {
    var menu = event.target.closest && event.target.closest("[data-choose]");
    if (!menu) { return; }
    var name = menu.getAttribute("data-choose"), hidden = [];
    menu.querySelectorAll("input").forEach(function (box) { if (!box.checked) { hidden.push(box.value); } });
    change(name, function (parameters) { put(parameters, name + "-hide", hidden.join(",")); }, true);
  });

  /* An open choice closes with Escape, and with a click beside it. */
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && event.target.closest && event.target.closest("details.chooser[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.chooser[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  /* What was written while the list was being renewed is not lost with the field it was written in. */
  window.oneviewLists = {
    before: function (root) {
      var field = document.activeElement;
      if (!field || !root || !root.contains(field) || !field.matches("form[data-find] input")) { return null; }
      return { value: field.value, start: field.selectionStart, end: field.selectionEnd,
               pending: Boolean(timers[field.form.getAttribute("data-find")]) };
    },
    after: function (root, was) {
      var field = was && root.querySelector("input");
      if (!field) { return; }
      if (was.pending) { field.value = was.value; }
      if (document.activeElement === field) { field.setSelectionRange(was.start, was.end); }
    }
  };
})();
(function () {
  "use strict";
  /* A plan that is too large to be read is left out without a word by the field; here it is said. */
  function look(frame, file) {
    var said = frame && frame.closest(".plan-field").querySelector(".plan-too-large");
    if (!said || !file) { return; }
    said.hidden = file.size <= Number(said.getAttribute("data-limit"));
    said.textContent = said.hidden ? "" : said.getAttribute("data-says")
      .replace("{name}", file.name).replace("{size}", (file.size / 1e6).toFixed(1));
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches(".plan-file input[type=file]")) {
      look(event.target.closest(".plan-file"), event.target.files[0]);
    }
  }, true);
  document.addEventListener("drop", function (event) {
    var frame = event.target.closest && event.target.closest(".plan-file");
    if (frame) { look(frame, event.dataTransfer.files[0]); }
  }, true);
})();
