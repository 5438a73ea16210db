/* The component library's controls: each stands by itself wherever it is, and those that a page declares as deferred
   (`dashboard/components/deferred.py`) are plain HTML until the page is at rest, or until somebody reaches for one. */
(function () {
  "use strict";
  var SCHEME = "data-mantine-color-scheme";
  var THEME = {
    fontFamily: "var(--font)", primaryColor: "blue", defaultRadius: "md", cursorType: "pointer",
    respectReducedMotion: true, focusRing: "auto"
  };
  var Themed = null;

  function scheme() { return document.documentElement.getAttribute(SCHEME) || "light"; }

  function themed(library, Within) {
    var react = window.React;
    return function (props) {
      var told = react.useState(scheme);
      react.useEffect(function () {
        var watch = new MutationObserver(function () { told[1](scheme()); });
        watch.observe(document.documentElement, { attributes: true, attributeFilter: [SCHEME] });
        return function () { watch.disconnect(); };
      }, []);
      return react.createElement(
        library.MantineProvider, { theme: THEME, defaultColorScheme: told[0], forceColorScheme: told[0] },
        react.createElement(Within.Provider, { value: true }, props.children)
      );
    };
  }

  /* What is drawn outside of the theme brings it along. */
  function standing(control, Within) {
    var react = window.React;
    function Standing(props) {
      var one = react.createElement(control, props);
      return react.useContext(Within) ? one : react.createElement(Themed, null, one);
    }
    var told = Object.getOwnPropertyDescriptors(control);
    ["length", "name", "prototype", "arguments", "caller"].forEach(function (name) { delete told[name]; });
    return Object.defineProperties(Standing, told);
  }

  function makeStand() {
    var library = window.dash_mantine_components, Within = window.React.createContext(false), own = {};
    Themed = themed(library, Within);
    Object.keys(library).forEach(function (name) {
      var is = typeof library[name] === "function" && name !== "MantineProvider";
      own[name] = is ? standing(library[name], Within) : library[name];
    });
    window.dash_mantine_components = own;
  }

  /* ------------------------------------------------- deferred controls */
  function bringing(root, props, reached) {
    /* Brings the controls once: when the page is at rest, or with the first touch; says how to stop. */
    var begun = false, left = false;
    function bring() {
      if (begun || left) { return; }
      begun = true;
      window.oneview.library("controls").then(function () {
        if (left) { return; }
        var here = document.activeElement && root.contains(document.activeElement) && document.activeElement.closest("[data-still]");
        if (here && !reached.current) { reached.current = { name: here.getAttribute("data-still") }; }
        window.dash_clientside.set_props(props.id, { children: JSON.parse(props.content) });
      }, function () { begun = false; });
    }
    function reach(event) {
      var still = event.target.closest("[data-still]");
      if (!still) { return; }
      reached.current = { name: still.getAttribute("data-still"), press: event.type === "click" };
      bring();
    }
    root.addEventListener("click", reach);
    root.addEventListener("focusin", reach);
    root.addEventListener("pointerover", bring);
    window.oneview.rest().then(bring);
    return function () { left = true; };
  }

  function handOver(root, reached) {
    /* Who reached for a control has it now. */
    var asked = reached.current;
    reached.current = null;
    if (!asked || (!asked.press && document.activeElement !== document.body)) { return; }
    var control = Array.from(root.querySelectorAll("input, button")).find(function (one) {
      return one.id === asked.name || one.getAttribute("aria-label") === asked.name;
    });
    if (!control) { return; }
    control.focus();
    if (asked.press) { control.click(); }
  }

  window.oneview = Object.assign(window.oneview || {}, {
    makeStand: makeStand,

    /* The answer as Dash gets it once the library is there: what was deferred stands in its place. */
    undeferred: function (body) {
      if (!Themed || body.indexOf('"type":"Deferred"') < 0) { return body; }
      return JSON.stringify(JSON.parse(body, function (_key, value) {
        if (!value || value.type !== "Deferred" || value.namespace !== "oneview") { return value; }
        return Object.assign({}, value, { props: { id: value.props.id, children: JSON.parse(value.props.content) } });
      }));
    },

    Deferred: function (props) {
      var react = window.React, own = react.useRef(null), reached = react.useRef(null), there = Boolean(props.children);
      react.useEffect(function () {
        if (!there) { return bringing(own.current, props, reached); }
        handOver(own.current, reached);
      }, [there, props.content]);
      return there
        ? react.createElement("div", { ref: own, key: "there", className: "deferred" }, react.createElement(Themed, null, props.children))
        : react.createElement("div", { ref: own, key: "still", className: "deferred", dangerouslySetInnerHTML: { __html: props.html } });
    }
  });
})();
