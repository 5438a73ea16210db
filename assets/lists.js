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
    if (!form) { return; }
    window.setTimeout(function () {  // a list that is renewed takes its field away; its reader has not left
      if (document.contains(form) && !form.contains(document.activeElement)) {
        delete typing[form.getAttribute("data-find")];
      }
    }, 0);
  });

  document.addEventListener("change", function (event) {
    var menu = event.target.closest && event.target.closest("[data-choose]");
    if (!menu) { return; }
    var name = menu.getAttribute("data-choose"), box = event.target, hidden = [], before = [];
    menu.querySelectorAll("input").forEach(function (one) {
      if (!one.checked) { hidden.push(one.value); }
      if (one === box ? one.checked : !one.checked) { before.push(one.value); }
    });
    /* Kept for the person, too; '-' leaves out none, whatever is kept. The step back says what there was before. */
    window.dash_clientside.set_props("columns-left", { data: { name: name, hidden: hidden } });
    var here = new URL(window.location.href);
    here.searchParams.set(name + "-hide", before.join(",") || "-");
    window.history.replaceState(window.history.state, "", here);
    change(name, function (parameters) { parameters.set(name + "-hide", hidden.join(",") || "-"); }, true);
  });

  /* A button beside a setting or on a chart opens the dialog in which it is changed or noted on. It is heard here and
     not by the app: a section that is renewed meanwhile takes its buttons along, and what was asked with them. */
  ["setting", "note"].forEach(function (what) {
    document.addEventListener("click", function (event) {
      var button = event.target.closest && event.target.closest("[data-" + what + "]");
      if (!button) { return; }
      var asked = JSON.parse(button.getAttribute("data-" + what));
      window.dash_clientside.set_props(what + "-asked", { data: Object.assign({ at: Date.now() }, asked) });
    });
  });

  /* Enter in a field of that dialog saves; in a list of choices it chooses. */
  document.addEventListener("keydown", function (event) {
    var field = event.target, form = field.closest && field.closest(".setting-fields");
    if (!form || event.key !== "Enter" || !field.matches("input:not([aria-haspopup]):not([type=checkbox])")) { return; }
    event.preventDefault();
    field.dispatchEvent(new Event("focusout", { bubbles: true }));
    window.setTimeout(function () { form.parentElement.querySelector("[data-saves]").click(); }, 0);
  });

  /* An open choice closes with Escape, with what leads away, and with a click beside it; arrows go from line to line. */
  function step(menu, by) {
    var lines = Array.from(menu.querySelectorAll("summary, a, button, input:not(:disabled)"));
    lines[(lines.indexOf(document.activeElement) + by + lines.length) % lines.length].focus();
  }
  document.addEventListener("keydown", function (event) {
    var menu = event.target.closest && event.target.closest("details.chooser[open]");
    if (!menu) { return; }
    if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.chooser[open]").forEach(function (menu) {
      if (!menu.contains(event.target) || event.target.closest("a, [data-press]")) { menu.open = false; }
    });
  });

  /* A list that is renewed is drawn anew under its reader: they stay in the field or the choice that they were in,
     and what they wrote meanwhile stays written. */
  var kept = null;
  function keep(node) {
    var form = node.closest && node.closest("form[data-find]"), menu = node.closest && node.closest("[data-choose]");
    if (form && node.tagName === "INPUT") {
      kept = { node: node, place: 'form[data-find="' + form.getAttribute("data-find") + '"]', inner: "input" };
    } else if (menu) {
      kept = { node: node, place: '[data-choose="' + menu.getAttribute("data-choose") + '"]', open: true,
               inner: node.tagName === "INPUT" ? 'input[value="' + node.value + '"]' : "summary" };
    } else {
      kept = null;
    }
  }
  document.addEventListener("focusin", function (event) { keep(event.target); });
  document.addEventListener("focusout", function (event) {
    window.setTimeout(function () {
      if (kept && kept.node === event.target && document.contains(event.target)) { kept = null; }
    }, 0);
  });
  ["input", "keyup", "click"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!kept || event.target !== kept.node || kept.open) { return; }
      kept.written = { value: kept.node.value, from: kept.node.selectionStart, to: kept.node.selectionEnd };
    });
  });
  function comeBack() {
    if (!kept || document.contains(kept.node)) { return; }
    var root = document.querySelector(kept.place), node = root && root.querySelector(kept.inner);
    var here = document.activeElement;
    if (!node || (here && here !== document.body && here !== node)) { return; }
    var was = kept.written;
    if (kept.open) { root.open = true; }
    node.focus({ preventScroll: true });
    kept.node = node;
    kept.written = was;
    if (was && !kept.open) {
      if (timers[root.getAttribute("data-find")]) { node.value = was.value; }
      node.setSelectionRange(was.from, was.to);
    }
  }
  new MutationObserver(comeBack).observe(document.documentElement, { subtree: true, childList: true });

  /* In a row of tabs the chosen one shows, however many stand before it: when it is chosen, and when the row comes to
     have a width. Where the row goes on beyond its ends it fades. */
  [".record-tabs", ".nav"].forEach(function (css) {
    var row = null, tab = null, widths = new ResizeObserver(show);
    function fade() {
      row.classList.toggle("more-before", row.scrollLeft > 1);
      row.classList.toggle("more-after", row.scrollLeft + row.clientWidth < row.scrollWidth - 1);
    }
    function show() {
      if (tab && row.clientWidth) {
        row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left
          - (row.clientWidth - tab.offsetWidth) / 2;
      }
      fade();
    }
    new MutationObserver(function () {
      var found = document.querySelector(css), chosen = found && found.querySelector(".current");
      if (found === row && chosen === tab) { return; }
      if (found !== row) {
        widths.disconnect();
        if (found) { widths.observe(found); found.addEventListener("scroll", fade, { passive: true }); }
      }
      row = found;
      tab = chosen;
      if (row) { show(); }
    }).observe(document.documentElement, { subtree: true, childList: true });
  });
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
