/* A chart: drawn once when its figure comes, in the colours of the theme, and anew when either changes. */
(function () {
  "use strict";
  var CONFIG = { displayModeBar: false };
  var PAPER = 785;  // pixels that a card has within, on a sheet of A4
  var shown = new Set(), printing = false, theme = "";

  function scheme() { return document.documentElement.getAttribute("data-mantine-color-scheme"); }

  /* Figures name colours as var(--token); the browser knows what they are in this theme. */
  function painted(value, styles) {
    if (typeof value === "string") {
      return value.replace(/var\((--[\w-]+)\)/g, function (_, name) {
        return styles.getPropertyValue(name).trim();
      });
    }
    if (Array.isArray(value)) { return value.map(function (part) { return painted(part, styles); }); }
    if (value && typeof value === "object") {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = painted(value[key], styles); });
      return copy;
    }
    return value;
  }

  function named(axis, meta, room) {
    /* Narrow: a quarter's first month stands for the quarter; where many months share a middling width, every other one is named. */
    var kept = room < 640 ? /-(01|04|07|10)$/ : /-(01|03|05|07|09|11)$/;
    if (!axis || !axis.ticktext) { return; }
    if (room >= 640 && (room >= 1280 || axis.ticktext.length <= 14)) { return; }
    var months = (meta && meta.months) || axis.tickvals;
    axis.ticktext = axis.ticktext.map(function (text, index) { return kept.test(months[index]) ? text : ""; });
  }

  function draw(place, figure) {
    var found = painted(figure, window.getComputedStyle(document.documentElement));
    found.layout.autosize = !printing;
    if (printing) {
      found.layout.width = PAPER;
      found.layout.height = Math.min(Math.max(place.clientHeight, 240), 360);
    }
    named(found.layout.xaxis, found.layout.meta, printing ? PAPER : window.innerWidth);
    return window.Plotly.react(place, found.data, found.layout, CONFIG);
  }

  function drawAll() { shown.forEach(function (again) { again(); }); }

  /* Paper is white and as wide as a sheet: what is dark becomes light, each chart is drawn in that room, and back. */
  window.addEventListener("beforeprint", function () {
    printing = true;
    theme = scheme();
    document.documentElement.setAttribute("data-mantine-color-scheme", "light");
    drawAll();
  });
  window.addEventListener("afterprint", function () {
    printing = false;
    document.documentElement.setAttribute("data-mantine-color-scheme", theme);
    drawAll();
  });

  function openPoint(event) {
    /* A column leads to the rows of its month. */
    var point = event.points && event.points[0], told = point && point.customdata;
    if (!told || !told[1]) { return; }
    window.history.pushState(null, "", told[1]);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function live(place, again) {
    /* Follows the room that there is, and the theme. */
    var size = [place.clientWidth, place.clientHeight], drawn = scheme();
    var room = new ResizeObserver(function () {
      var now = [place.clientWidth, place.clientHeight];
      if (printing || !now[0] || !now[1] || (now[0] === size[0] && now[1] === size[1])) { return; }
      size = now;
      window.Plotly.Plots.resize(place);
    });
    var colours = new MutationObserver(function () {
      if (scheme() === drawn) { return; }
      drawn = scheme();
      if (!printing) { again(); }
    });
    shown.add(again);
    place.on("plotly_click", openPoint);
    room.observe(place);
    colours.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    return function () { shown.delete(again); room.disconnect(); colours.disconnect(); window.Plotly.purge(place); };
  }

  window.oneview = Object.assign(window.oneview || {}, {
    Chart: function (props) {
      var react = window.React, own = react.useRef(null), figure = react.useRef(null);
      figure.current = props.figure;
      react.useEffect(function () { draw(own.current, props.figure); }, [props.figure]);
      react.useEffect(function () {
        var place = own.current;
        return live(place, function () { draw(place, figure.current); });
      }, []);
      return react.createElement("div", { ref: own, className: "chart-graph" });
    }
  });
})();
