/* What a page asks of the server at one moment goes in one request; what is out of sight waits until the rest is there. */
(function () {
  "use strict";
  var ONE = "/_dash-update-component", MANY = "/_dash-update-components";
  var SECTION = '"type":"section"', LARGE = 60000, MOST = 40, MOMENT = 4;
  var plain = window.fetch.bind(window);
  var queue = [], timer = null, open = 0;

  function told(name) {
    var found = document.querySelector('meta[name="oneview-' + name + '"]');
    return found ? found.content : "";
  }

  /* ------------------------------------------------- libraries that only some pages need */
  var loaded = {};
  function library(name) {
    if (!loaded[name]) {
      loaded[name] = new Promise(function (done, failed) {
        var script = document.createElement("script");
        script.src = told(name);
        script.onload = function () {
          if (name === "controls") { window.oneview.makeStand(); }
          done();
        };
        script.onerror = function () { delete loaded[name]; failed(new Error("Could not be loaded: " + script.src)); };
        document.head.appendChild(script);
      });
    }
    return loaded[name];
  }
  function fetchCharts() {
    /* The library is fetched, and runs while the server makes the charts (`prepare`): what can be read comes before. */
    var address = told("charts");
    if (document.querySelector('link[rel="preload"][href="' + address + '"]')) { return; }
    document.head.appendChild(Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: address }));
  }

  var NEEDED = {
    charts: '"type":"Chart"', controls: '"namespace":"dash_mantine_components"', grid: '"namespace":"dash_ag_grid"',
    polyfill: '"type":"Upload"'
  };
  function needed(body) {
    return Promise.all(Object.keys(NEEDED).filter(function (name) { return body.indexOf(NEEDED[name]) > -1; }).map(library));
  }

  /* ------------------------------------------------- parts, and requests that hold several */
  function keyOf(body) {
    /* The place in the page that a part fills, as the page calls it; none for what is no part of a page. */
    if (body.indexOf(SECTION) < 0) { return ""; }
    var name = /"outputs":\{"id":\{"name":"([^"]+)","type":"section"\}/.exec(body);
    return name ? '{"name":"' + name[1] + '","type":"section"}' : "";
  }

  function nothing(part) { part.done(new Response(null, { status: 204 })); }

  function answer(part, status, body) {
    if (status === 204) { nothing(part); return; }
    /* The place of a chart is told before its data: its library comes at the same time as they. */
    if (body.indexOf("chart-skeleton") > -1) { fetchCharts(); }
    if (part.isAhead) { part.done(new Response(body, { status: status })); return; }  // Dash is not there yet: `askedAhead` waits for libraries
    needed(body).then(function () { part.done(json(status, body)); }, part.failed);
  }

  function json(status, body) {
    return new Response(window.oneview.undeferred(body), { status: status, headers: { "Content-Type": "application/json" } });
  }

  function read(parts, response) {
    /* Each line is a part: its place, its status, its body. */
    if (!response.ok) {
      parts.forEach(function (part) { part.done(new Response(null, { status: response.status })); });
      return Promise.resolve();
    }
    var reader = response.body.getReader(), decoder = new TextDecoder(), rest = "";
    function take(line) {
      var head = /^(\d+) (\d+) /.exec(line), part = head && parts[Number(head[1])];
      if (part) { part.answered = true; answer(part, Number(head[2]), line.slice(head[0].length)); }
    }
    function next() {
      return reader.read().then(function (piece) {
        rest += decoder.decode(piece.value || new Uint8Array(), { stream: !piece.done });
        var lines = rest.split("\n");
        rest = lines.pop();
        lines.forEach(take);
        return piece.done ? null : next();
      });
    }
    return next().then(function () {
      parts.forEach(function (part) { if (!part.answered) { part.failed(new TypeError("The answer broke off.")); } });
    });
  }

  function post(parts) {
    var init = Object.assign({}, parts[0].init, {
      body: "[" + parts.map(function (part) { return part.body; }).join(",") + "]"
    });
    open += 1;
    plain(MANY, init)
      .then(function (response) { return read(parts, response); })
      .catch(function (error) { parts.forEach(function (part) { if (!part.answered) { part.failed(error); } }); })
      .then(function () {
        open -= 1;
        if (!open && queue.length && !timer) { send(); }
      });
  }

  /* ------------------------------------------------- when all of a page stands */
  var LOOK = 250, LONGEST = 10000, atRest = null;
  function rest() {
    /* Kept once it came: what waits for it waits for the first page alone. */
    if (!atRest) {
      atRest = new Promise(function (done) {
        var began = Date.now(), looks = 0, clock = window.setInterval(function () {
          var stands = document.querySelector(".section") && !document.querySelector(".section .skeleton");
          looks = stands && !open && !queue.length ? looks + 1 : 0;
          if (looks < 2 && Date.now() - began < LONGEST) { return; }
          window.clearInterval(clock);
          (window.requestIdleCallback || window.setTimeout)(done);
        }, LOOK);
      });
    }
    return atRest;
  }

  function prepare() {
    /* While the server works, what draws its charts gets ready, once that what is there has been painted. */
    if (!document.querySelector(".chart-skeleton")) { return; }
    window.requestAnimationFrame(function () { window.setTimeout(function () { library("charts"); }, 0); });
  }

  function placeOf(part) { return part.key ? document.getElementById(part.key) : null; }

  function inView(part) {
    var place = placeOf(part);
    if (!place) { return true; }
    var box = place.getBoundingClientRect();
    return box.top < window.innerHeight && box.bottom >= 0;
  }

  function send() {
    timer = null;
    var now = [], later = [];
    queue.forEach(function (part) { (inView(part) ? now : later).push(part); });
    if (!now.length && !open) {
      /* All that was in view is there: the rest, but for places that the reader has left. */
      later.forEach(function (part) { if (placeOf(part)) { now.push(part); } else { nothing(part); } });
      later = [];
    }
    queue = later;
    while (now.length) { post(now.splice(0, MOST)); }
    prepare();
  }

  function isMeant(body) {
    /* Dash also tells of controls that have only just appeared. Buttons among them were not pressed; of filters a
       person changes one at a time, and what is drawn together tells the address as it is. */
    if (body.indexOf('"output":"url.search"') > -1) { return JSON.parse(body).changedPropIds.length === 1; }
    if (body.indexOf('"n_clicks"') < 0) { return true; }
    return JSON.parse(body).inputs.flat().some(function (one) {
      return (one.property !== "n_clicks" && one.property !== "n_submit") || one.value;
    });
  }

  /* ------------------------------------------------- what the page asks first, while its libraries still load */
  var ahead = {}, AHEAD_MS = 30000;

  function headers() {
    var token = /(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie);
    return { "Accept": "application/json", "Content-Type": "application/json",
      "X-CSRFToken": token ? decodeURIComponent(token[1]) : "" };
  }

  function aheadPart(one) {
    var part = { isAhead: true, body: JSON.stringify(one), init: { method: "POST", credentials: "same-origin", headers: headers() } };
    ahead[part.body] = new Promise(function (done, failed) { part.done = done; part.failed = failed; });
    ahead[part.body].catch(function () {});
    return part;
  }

  function askAhead() {
    /* The document tells it as Dash will ask it; what Dash never asks is forgotten. */
    var first = JSON.parse(told("ahead") || "[]");
    if (!first.length) { return; }
    ["/_dash-layout", "/_dash-dependencies"].forEach(function (path) {
      ahead[path] = plain(path, { credentials: "same-origin", headers: headers() });
      ahead[path].catch(function () {});
    });
    post(first.map(aheadPart));
    window.setTimeout(function () { ahead = {}; }, AHEAD_MS);
  }

  function askedAhead(name, again) {
    /* The answer to what has been asked ahead, once; where it is no answer, the question is put as usual. */
    var answered = ahead[name];
    delete ahead[name];
    return answered.then(function (response) {
      if (!response.ok) { return again(); }
      if (response.status === 204) { return response; }
      return response.text().then(function (body) {
        return needed(body).then(function () { return json(response.status, body); });
      });
    }, again);
  }

  function ask(address, init) {
    var path = typeof address === "string" ? address.split("?")[0] : "";
    if (path !== ONE || !init || typeof init.body !== "string" || init.body.length > LARGE) {
      return plain(address, init);
    }
    if (!isMeant(init.body)) { return Promise.resolve(new Response(null, { status: 204 })); }
    return new Promise(function (done, failed) {
      var part = { body: init.body, init: init, key: keyOf(init.body), done: done, failed: failed };
      queue = queue.filter(function (other) {
        var replaced = part.key && other.key === part.key;
        if (replaced) { nothing(other); }
        return !replaced;
      });
      queue.push(part);
      if (!timer) { timer = window.setTimeout(send, MOMENT); }
    });
  }

  window.fetch = function (address, init) {
    var name = init && typeof init.body === "string" ? init.body : address;
    var again = function () { return ask(address, init); };
    return Object.prototype.hasOwnProperty.call(ahead, name) ? askedAhead(name, again) : again();
  };

  window.oneview = Object.assign(window.oneview || {}, { library: library, rest: rest });
  askAhead();
})();
