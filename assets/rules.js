(function () {
  "use strict";
  /* A button of a list of rules tells the app which; who moves a rule stays on the button that moved it. */
  var follows = null;
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-rule]");
    if (!button || button.disabled) { return; }
    var asked = JSON.parse(button.getAttribute("data-rule")), step = { up: -1, down: 1 }[asked.do];
    follows = step ? Object.assign({}, asked, { at: asked.at + step, from: button }) : null;
    window.dash_clientside.set_props("rules-asked", { data: Object.assign({ now: Date.now() }, asked) });
  });
  function find(asked) {
    return Array.from(document.querySelectorAll(".rules-view [data-rule]")).find(function (one) {
      var told = JSON.parse(one.getAttribute("data-rule"));
      return told.do === asked.do && told.at === asked.at && !one.disabled;
    });
  }
  new MutationObserver(function () {
    var here = document.activeElement;
    if (!follows || document.contains(follows.from)) { return; }
    if (here && here !== document.body && !here.closest(".rules-view")) { follows = null; return; }
    var other = { up: "down", down: "up" }[follows.do];  // at either end the way back is all there is
    var button = find(follows) || find({ do: other, at: follows.at });
    if (button) { button.focus({ preventScroll: false }); }
    follows = null;
  }).observe(document.documentElement, { subtree: true, childList: true });
})();
