/* What runs in the browser: sign-in after expiry, theme, ages, pulse. */
(function () {
  "use strict";
  var noUpdate = function () { return window.dash_clientside.no_update; };

  /* An expired session answers 401; Dash would swallow it and leave a dead page. */
  var plainFetch = window.fetch.bind(window);
  window.fetch = function (input, init) {
    return plainFetch(input, init).then(function (response) {
      if (response.status === 401) {
        var here = window.location.pathname + window.location.search;
        window.location.assign("/sign-in?next=" + encodeURIComponent(here));
        return new Promise(function () {});
      }
      return response;
    });
  };

  function cookie(name) {
    var found = document.cookie.split("; ").find(function (part) { return part.indexOf(name + "=") === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function post(address) {
    return window.fetch(address, { method: "POST", headers: { "X-CSRFToken": cookie("_csrf_token") } });
  }

  /* Light or dark: what the reader chose, else what their system says; before anything is painted. */
  var SCHEME = "data-mantine-color-scheme", CHOSEN = "theme-kept", dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosenTheme() {
    try { return JSON.parse(window.localStorage.getItem(CHOSEN)); } catch (_error) { return null; }
  }
  function applyTheme() {
    document.documentElement.setAttribute(SCHEME, chosenTheme() || (dark.matches ? "dark" : "light"));
  }
  applyTheme();
  dark.addEventListener("change", applyTheme);
  window.addEventListener("storage", function (event) { if (event.key === CHOSEN) { applyTheme(); } });

  /* Buttons that need nothing of the page but to be pressed. */
  var PRESSED = {
    theme: function () {
      var other = document.documentElement.getAttribute(SCHEME) === "dark" ? "light" : "dark";
      window.localStorage.setItem(CHOSEN, JSON.stringify(other));
      applyTheme();
    },
    print: function () { window.setTimeout(function () { window.print(); }, 0); },  // the menu that it stands in closes first
    locale: function (name) { window.dash_clientside.set_props("locale-asked", { data: { name: name, now: Date.now() } }); },
    "sign-out": function () { post("/sign-out").then(function () { window.location.assign("/signed-out"); }); }
  };
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-press]");
    if (button) { PRESSED[button.getAttribute("data-press")](button.getAttribute("data-value")); }
  });

  /* "2 min ago" grows older while the page stands. */
  function said(name) {
    /* Texts in the reader's language come with the frame. */
    var told = document.getElementById("words");
    return (told && told.getAttribute("data-" + name)) || "";
  }
  function words(seconds) {
    var named = seconds < 60 ? "now" : seconds < 3600 ? "minutes" : seconds < 48 * 3600 ? "hours" : "days";
    var unit = { now: 1, minutes: 60, hours: 3600, days: 86400 }[named];
    return said(named).replace("{count}", Math.floor(seconds / unit));
  }
  window.setInterval(function () {
    document.querySelectorAll("[data-ago]").forEach(function (node) {
      var text = words((Date.now() - Date.parse(node.getAttribute("data-ago"))) / 1000);
      if (text && node.textContent !== text) { node.textContent = text; }
    });
  }, 15000);

  /* Plain HTML in one component (`dashboard/components/plain.py`). New content keeps the reader's focus. */
  function placeOf(root, node) {
    var steps = [];
    for (; node !== root; node = node.parentNode) {
      steps.unshift(Array.prototype.indexOf.call(node.parentNode.children, node));
    }
    return steps;
  }
  window.oneview = Object.assign(window.oneview || {}, {
    Html: function (props) {
      var react = window.React, own = react.useRef(null), active = document.activeElement;
      var held = own.current && active !== own.current && own.current.contains(active)
        ? placeOf(own.current, active) : null;
      react.useLayoutEffect(function () {
        if (!held || own.current.contains(document.activeElement)) { return; }
        var again = held.reduce(function (node, step) { return node && node.children[step]; }, own.current);
        if (again) { again.focus({ preventScroll: true }); }
      });
      return react.createElement(props.tag, Object.assign({}, props.attributes, {
        ref: own, dangerouslySetInnerHTML: { __html: props.html }
      }));
    }
  });
  /* A link to another page takes along what the address says at that moment: it was made for the address before, until
     the server has made it anew. */
  function travelling(search) {
    var names = document.getElementById("nav").getAttribute("data-names").split(" ");
    var kept = Array.from(new URLSearchParams(search)).filter(function (pair) { return names.indexOf(pair[0]) > -1; });
    return kept.length ? "?" + new URLSearchParams(kept) : "";
  }
  function lead(event) {
    var link = event.target.closest && event.target.closest("a[data-kept]"), here = window.location.search;
    if (!link) { return; }
    link.search = link.getAttribute("data-of") === here ? link.getAttribute("data-kept") : travelling(here);
  }
  ["pointerover", "focusin", "click"].forEach(function (name) { document.addEventListener(name, lead, true); });
  document.addEventListener("click", function (event) {
    /* A link within the app changes the page without loading it anew. */
    var link = event.target.closest && event.target.closest("a[data-go]");
    if (!link || event.defaultPrevented || event.button || link.target
        || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    var elsewhere = link.pathname !== window.location.pathname;
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (elsewhere) { window.scrollTo(0, 0); }
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.oneview = {
    reload: function (kept) {
      /* Every number on the page is written anew. */
      if (kept) { window.location.reload(); }
      return noUpdate();
    },
    pulse: function (_tick, _firstTick, version) {
      return window.fetch("/api/pulse", { headers: { Accept: "application/json" } })
        .then(function (response) { return response.ok ? response.json() : null; })
        .then(function (pulse) {
          if (!pulse) { return [noUpdate(), noUpdate()]; }
          return [pulse, pulse.version === version ? noUpdate() : pulse.version];
        })
        .catch(function () { return [noUpdate(), noUpdate()]; });
    },
    ask: function (search, version, noted, address, asked) {
      /* What each section of this page is to show now; what it shows already is not asked for again. */
      var written = window.dash_clientside.callback_context.triggered.some(function (cause) {
        return cause.prop_id === "noted.data";
      });
      if (written) { comeBack(25); }
      return asked.map(function (one) {
        if (one.address !== address) { return noUpdate(); }
        if (written) { return one.noted ? Object.assign({}, one, { written: noted }) : noUpdate(); }
        var renewed = one.live && version !== null && version !== undefined && version !== one.version;
        if ((search || "") === (one.search || "") && !renewed) { return noUpdate(); }
        return Object.assign({}, one, { search: search, version: renewed ? version : one.version });
      });
    },
    noteClosed: function (opened) {
      if (opened === false) { comeBack(10); }
      return noUpdate();
    },
    busyProjects: function (refresh, buttons) {
      return buttons.map(function () { return Boolean(refresh); });
    },
    whileBusy: function (pulse, refresh) { return refresh ? pulse : noUpdate(); },
    title: function (named) {
      if (!named) { return noUpdate(); }
      document.title = named.title ? named.title + " · One View" : "One View";
      window.scrollTo(0, 0);
      if (named.search && window.location.search !== named.search) {
        /* The default period belongs into the address; without an entry of its own in the history. */
        window.history.replaceState(null, "", window.location.pathname + named.search);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      }
      return noUpdate();
    },
    keepSort: function (_requests) {
      /* The address is corrected, not gone to: the grid has sorted itself already. */
      window.dash_clientside.callback_context.triggered.forEach(function (one) {
        if (!one.value) { return; }
        var name = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).name;
        var order = (one.value.sortModel || []).map(function (by) {
          return (by.sort === "desc" ? "-" : "") + by.colId;
        }).join(",");
        var address = new URL(window.location.href), was = address.searchParams.get(name + "-sort") || "";
        if (order === was) { return; }
        if (order) { address.searchParams.set(name + "-sort", order); } else { address.searchParams.delete(name + "-sort"); }
        window.history.replaceState(window.history.state, "", address);
      });
    },
    narrowGrid: function (_id, columns) {
      /* A narrow screen has no room for a column that stays: the amount comes first instead. */
      if (window.innerWidth >= 700 || !columns) { return noUpdate(); }
      var kept = columns.filter(function (column) { return column.pinned; });
      return kept.map(function (column) {
        return Object.assign({}, column, { pinned: null, width: 140 });
      }).concat(columns.filter(function (column) { return !column.pinned; }).map(function (column) {
        return column.flex ? Object.assign({}, column, { flex: null, width: column.minWidth }) : column;
      }));
    }
  };

  /* The library says of a frame around a button what belongs to the button itself. */
  function moveState() {
    document.querySelectorAll("div[aria-haspopup], div[aria-expanded]").forEach(function (frame) {
      var button = frame.firstElementChild;  // once moved, the frame is told only what changes
      if (!button || button.tagName !== "BUTTON" || frame.hasAttribute("role")) { return; }
      ["aria-haspopup", "aria-expanded", "aria-controls"].forEach(function (name) {
        if (frame.hasAttribute(name)) { button.setAttribute(name, frame.getAttribute(name)); }
        frame.removeAttribute(name);
      });
    });
  }
  /* Nor does it name the field of a file: the button beside it is the way for hand and keyboard. */
  function nameFiles() {
    document.querySelectorAll(".plan-file input[type=file]:not([aria-label])").forEach(function (field) {
      field.setAttribute("aria-label", said("file"));
      field.tabIndex = -1;
    });
  }
  new MutationObserver(nameFiles).observe(document.documentElement, { subtree: true, childList: true });
  new MutationObserver(moveState).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-expanded"]
  });

  /* Who opened the dialog of notes comes back to the button, or to the one of its chart where that was drawn anew. */
  var noted = null;
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-note]");
    if (button) { noted = { button: button, section: button.closest(".section") }; }
  });
  function comeBack(tries) {
    var section = noted && noted.section, stands = noted && noted.button.isConnected;
    var button = stands ? noted.button : section && section.querySelector('[data-note^=\'{"name"\']');
    if (document.activeElement !== document.body) { tries = Math.min(tries, 10); }
    else if (button) { button.focus({ preventScroll: true }); }
    if (tries > 0) { window.setTimeout(function () { comeBack(tries - 1); }, 200); }
  }

  /* A button that shows or hides what it names. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-unfolds]");
    if (!button) { return; }
    var named = button.getAttribute("data-unfolds");
    var target = named ? document.getElementById(named) : button.closest(".folds");
    var open = target && target.classList.toggle("unfolded");
    button.setAttribute("aria-expanded", open ? "true" : "false");
  });

  /* What a narrow screen keeps closed until it is asked for stays as the reader left it, for the session; an address
     that asks something of a part opens it. Content that comes anew is closed, and opened before it is painted. */
  var OPENED = "oneview-opened";
  function openedParts() { return JSON.parse(window.sessionStorage.getItem(OPENED) || "{}"); }
  function partOf(opens) {
    var section = opens.closest(".section"), page = opens.closest(".page");
    var name = /section-(\S+)/.exec(section.className)[1];
    return { name: name, key: [page.className.split(" ")[1], name, Array.from(section.querySelectorAll(".opens")).indexOf(opens)].join("/") };
  }
  function isAsked(name) {
    return Array.from(new URLSearchParams(window.location.search).keys()).some(function (key) {
      return key.indexOf(name + "-") === 0;
    });
  }
  function keepOpened(opens, open) {
    var kept = openedParts();
    kept[partOf(opens).key] = open;
    window.sessionStorage.setItem(OPENED, JSON.stringify(kept));
  }
  function showOpened(opens, open) {
    if (open !== opens.classList.contains("opened")) {
      opens.classList.toggle("opened", open);
      opens.querySelector("[data-opens]").setAttribute("aria-expanded", open ? "true" : "false");
    }
    if (!opens.closest(".folding") || opens.querySelector(":scope > .empty")) { return; }
    Array.from(opens.children).slice(1).forEach(function (part) {  // what is closed the browser's search finds, too
      if (open) { part.removeAttribute("hidden"); } else { part.setAttribute("hidden", "until-found"); }
    });
  }
  /* An address that names a part (…/settings#ruling) opens it and goes there, once. */
  var arrived = "";
  function isNamed(opens, name) {
    if (window.location.hash !== "#" + name || arrived === window.location.href) { return false; }
    arrived = window.location.href;
    keepOpened(opens, true);
    window.setTimeout(function () { opens.scrollIntoView(); }, 0);
    return true;
  }
  function showParts() {
    var kept = openedParts();
    if (arrived !== window.location.href) { arrived = ""; }
    document.querySelectorAll(".later .opens").forEach(function (opens) {
      var part = partOf(opens), open = part.key in kept ? kept[part.key] : isAsked(part.name);
      showOpened(opens, isNamed(opens, part.name) || open || opens.querySelector(".draft-bar") !== null);
    });
  }
  new MutationObserver(showParts).observe(document.documentElement, { subtree: true, childList: true });
  window.addEventListener("hashchange", showParts);
  document.addEventListener("beforematch", function (event) {
    var opens = event.target.closest(".later .opens");
    if (opens) { keepOpened(opens, true); showOpened(opens, true); }
  }, true);
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-opens], [data-opens-all]");
    if (!button) { return; }
    var all = button.hasAttribute("data-opens-all"), one = button.closest(".opens");
    var parts = all ? Array.from(document.querySelectorAll(".later .opens")) : [one];
    var open = parts.some(function (part) { return !part.classList.contains("opened"); });
    parts.forEach(function (part) { keepOpened(part, open); showOpened(part, open); });
    window.dispatchEvent(new Event("resize"));  // charts take the room that there is now
  });

  /* How much of the window the bar of a refresh takes: what sticks to the bottom stands on it (`--dock`). */
  var bar = null, room = new ResizeObserver(function () {
    document.documentElement.style.setProperty("--dock", bar.offsetHeight + "px");
  });
  new MutationObserver(function () {
    var found = document.getElementById("refresh-panel");
    if (!found || found === bar) { return; }
    bar = found;
    room.disconnect();
    room.observe(bar);
  }).observe(document.documentElement, { subtree: true, childList: true });
  /* The parts of a line of a statement fold away under it. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-folds]");
    if (!button) { return; }
    var open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", open ? "false" : "true");
    button.closest("table").querySelectorAll('[data-part="' + button.getAttribute("data-folds") + '"]')
      .forEach(function (row) { row.hidden = open; });
  });

  /* T: the chart that has the focus as a table, and back. */
  document.addEventListener("keydown", function (event) {
    if ((event.key !== "t" && event.key !== "T") || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var block = document.activeElement && document.activeElement.closest(".chart-block");
    if (!block) { return; }
    var other = block.querySelector(".chart-head input[type=radio]:not(:checked)");
    if (!other) { return; }
    other.click();
    other.focus();
  });

  /* Cells of the grid. */
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.RecordLink = function (props) {
    var target = props.value;
    if (!target || !target.url) { return null; }
    return window.React.createElement("a", {
      href: target.url, target: "_blank", rel: "noopener noreferrer", className: "record-link",
      title: target.title
    }, target.text, window.React.createElement("span", { className: "icon icon-external", "aria-hidden": "true" }));
  };
})();
