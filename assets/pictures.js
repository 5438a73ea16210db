/* A chart as a picture that says what it shows: title, period, filters, legend, and how fresh the data are.
   And the whole page on paper. */
(function () {
  "use strict";
  var LINE = 118;  // letters of a line below the title

  function text(node) { return node ? node.textContent.replace(/\s+/g, " ").trim() : ""; }
  function parted(line) {
    var parts = all(line, "span").map(text).filter(Boolean);
    return parts.length ? parts.join(" · ") : text(line);
  }
  function all(root, what) { return root ? Array.prototype.slice.call(root.querySelectorAll(what)) : []; }
  function safe(words) {
    return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  /* What stands beside the chart on the page: where it is, of when and of whom its numbers are. */
  function told(block) {
    var card = block.closest(".card"), bar = document.querySelector("[data-period]");
    var lines = [parted(card && card.querySelector(".band-head .subline"))];
    var about = all(document.querySelector(".message .subline"), "span").map(text);
    if (!about.length) { about = [text(document.querySelector("h1")), bar ? bar.getAttribute("data-period") : ""]; }
    var chips = all(document, ".chips > li:not(.chip-reset)").map(function (chip) {
      return Array.prototype.map.call(chip.childNodes, text).filter(Boolean).join(" ");
    });
    lines.push(about.concat(chips).filter(Boolean).join(" · "));
    lines.push(all(document.getElementById("freshness"), "li").map(function (source) {
      var age = source.querySelector("[data-ago]"), words = text(source);
      if (!age) { return ""; }
      var at = new Date(age.getAttribute("data-ago")).toISOString().slice(0, 16).replace("T", " ");
      var told = document.getElementById("words");
      return ((told && told.getAttribute("data-as-of")) || "{text} {moment}")
        .replace("{text}", words.replace(text(age), "").replace(/[:\s]+$/, "")).replace("{moment}", at);
    }).filter(Boolean).join(" · "));
    return { title: text(card && card.querySelector("h2")) || text(document.querySelector("h1")),
             lines: wrapped(lines.filter(Boolean)) };
  }

  function wrapped(lines) {
    var found = [];
    lines.forEach(function (line) {
      var now = "";
      line.split(" ").forEach(function (word) {
        if (now && (now + " " + word).length > LINE) { found.push(now); now = word; }
        else { now = now ? now + " " + word : word; }
      });
      found.push(now);
    });
    return found;
  }

  function composed(graph, about) {
    var styles = window.getComputedStyle(document.documentElement);
    var ink = styles.getPropertyValue("--ink").trim(), soft = styles.getPropertyValue("--ink-soft").trim();
    var layout = JSON.parse(JSON.stringify(graph.layout)), seen = {};
    var top = 46 + 17 * about.lines.length, margin = layout.margin || {};
    var width = Math.max(graph.clientWidth, 960), height = Math.max(graph.clientHeight, 360);
    var names = {};
    graph.data.forEach(function (trace) { if (trace.name) { names[trace.name] = true; } });
    var rows = Math.ceil(Object.keys(names).length / 5);
    layout.margin = Object.assign({}, margin, {
      t: (margin.t || 20) + top, b: (margin.b || 40) + 24 * rows + 12, l: Math.max(margin.l || 0, 24),
      r: Math.max(margin.r || 0, 24)
    });
    delete layout.title;
    layout.annotations = (layout.annotations || []).concat([{
      text: "<b>" + safe(about.title) + "</b>" + about.lines.map(function (line) {
        return '<br><span style="font-size:12px;color:' + soft + '">' + safe(line) + "</span>";
      }).join(""),
      font: { size: 17, color: ink }, align: "left", showarrow: false, borderpad: 0,
      xref: "paper", x: 0, xanchor: "left", xshift: 20 - layout.margin.l,
      yref: "paper", y: 1, yanchor: "top", yshift: layout.margin.t - 16
    }]);
    layout.showlegend = rows > 0;
    layout.legend = { orientation: "h", x: 20 / width, xref: "container", xanchor: "left",
                      y: 10 / (height + top + 24 * rows + 12), yref: "container", yanchor: "bottom",
                      font: { size: 12, color: soft }, bgcolor: "rgba(0,0,0,0)" };
    layout.paper_bgcolor = layout.plot_bgcolor = styles.getPropertyValue("--card").trim();
    layout.autosize = false;
    layout.width = width;
    layout.height = height + top + 24 * rows + 12;
    var data = graph.data.map(function (trace) {
      var copy = Object.assign({}, trace, { showlegend: Boolean(trace.name) && !seen[trace.name] });
      seen[trace.name] = true;
      return copy;
    });
    return { data: data, layout: layout };
  }

  function save(block, format) {
    var graph = block.querySelector(".js-plotly-plot"), about = told(block);
    if (!graph || !window.Plotly) { return; }
    var figure = composed(graph, about);
    window.Plotly.toImage(figure, {
      format: format, width: figure.layout.width, height: figure.layout.height, scale: format === "png" ? 2 : 1
    }).then(function (address) {
      var link = document.createElement("a"), bar = document.querySelector("[data-period]");
      var name = about.title + (bar ? "-" + bar.getAttribute("data-period") : "");
      link.href = address;
      link.download = (name.replace(/[^0-9A-Za-z]+/g, "-").replace(/^-|-$/g, "") || "chart") + "." + format;
      document.body.appendChild(link);
      link.click();
      link.remove();
    });
  }

  /* A grid scrolls; on paper its first rows are a table with all the columns that are shown. */
  function onPaper(frame) {
    var grid = frame.querySelector("[id*='\"grid\"']"), most = Number(frame.getAttribute("data-most"));
    var api = grid && window.dash_ag_grid && window.dash_ag_grid.getApi(grid.id);
    if (!api) { return; }
    var rows = [];
    api.forEachNode(function (node) { if (node.data && rows.length < most) { rows.push(node.data); } });
    if (!rows.length) { return; }
    var columns = api.getAllDisplayedColumns().map(function (one) { return one.getColDef(); });
    columns = columns.filter(function (column) {
      return rows.some(function (row) { return ["", "–", null, undefined].indexOf(row[column.field]) < 0; });
    });
    var table = document.createElement("table"), paper = document.createElement("div");
    function row(place, kind, words) {
      var line = place.insertRow();
      columns.forEach(function (column) {
        var cell = document.createElement(kind);
        cell.textContent = words(column) || "";
        cell.className = column.type === "rightAligned" ? "figures" : cell.textContent.length < 14 ? "short" : "";
        line.appendChild(cell);
      });
    }
    paper.className = "paper-rows";
    table.className = "table";
    row(table.createTHead(), "th", function (column) { return column.headerName; });
    var body = table.createTBody();
    rows.forEach(function (data) {
      row(body, "td", function (column) {
        var value = data[column.field];
        return value && value.text ? value.text : value;  // a record and its link
      });
    });
    paper.appendChild(table);
    if (frame.hasAttribute("data-paper")) {
      paper.appendChild(document.createElement("p")).textContent = frame.getAttribute("data-paper");
    }
    frame.appendChild(paper);
    paper.style.setProperty("--least", table.offsetWidth);
    paper.classList.add("sized");
  }

  /* How wide a table is at least: what is wider than the sheet is made smaller (`40-lists.css`). */
  function sized(frame) {
    var table = frame.querySelector(".table");
    if (!table) { return; }
    frame.classList.add("on-sheet", "sizing");
    frame.style.setProperty("--least", table.offsetWidth);
    frame.classList.remove("sizing");
  }

  /* On paper a chart is as wide as its card, which is narrower than the window; and ages are told as moments. */
  window.addEventListener("beforeprint", function () {
    all(document, ".grid-frame").forEach(onPaper);
    all(document, ".table-frame").forEach(sized);
    all(document, ".js-plotly-plot .main-svg").forEach(function (drawn) {
      drawn.setAttribute("viewBox", "0 0 " + drawn.getAttribute("width") + " " + drawn.getAttribute("height"));
      drawn.setAttribute("preserveAspectRatio", "xMinYMin meet");
    });
    all(document, "[data-ago]").forEach(function (age) {
      age.setAttribute("data-shown", age.textContent);
      age.textContent = new Date(age.getAttribute("data-ago")).toISOString().slice(0, 16).replace("T", " ") + " UTC";
    });
  });
  window.addEventListener("afterprint", function () {
    all(document, ".paper-rows").forEach(function (paper) { paper.remove(); });
    all(document, ".on-sheet").forEach(function (frame) { frame.classList.remove("on-sheet"); });
    all(document, ".js-plotly-plot .main-svg").forEach(function (drawn) { drawn.removeAttribute("viewBox"); });
    all(document, "[data-shown]").forEach(function (age) {
      age.textContent = age.getAttribute("data-shown");
      age.removeAttribute("data-shown");
    });
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-picture]");
    if (button) {
      var menu = button.closest("details");
      save(button.closest(".chart-block"), button.getAttribute("data-picture"));
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    }
  });
})();
