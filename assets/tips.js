/* What a [data-tip] button holds is shown over everything else: on hover, focus and tap, until Escape or elsewhere. */
(function () {
  "use strict";
  var EDGE = 8, GAP = 6;
  var shown = null;

  function tipOf(button) { return button && button.querySelector(".tip"); }

  function buttonAt(event) {
    return event.target && event.target.closest ? event.target.closest("[data-tip]") : null;
  }

  function place() {
    var tip = tipOf(shown);
    if (!tip || !shown.isConnected) { return; }
    var from = shown.getBoundingClientRect(), width = tip.offsetWidth, height = tip.offsetHeight;
    var below = from.bottom + GAP, above = from.top - GAP - height;
    var fits = below + height <= window.innerHeight - EDGE || above < EDGE;
    tip.style.left = Math.max(EDGE, Math.min(from.left, document.documentElement.clientWidth - EDGE - width)) + "px";
    tip.style.top = (fits ? below : above) + "px";
  }

  function hide() {
    var tip = tipOf(shown);
    if (tip && !tip.hidden) {
      if (tip.hidePopover && tip.isConnected) { tip.hidePopover(); }
      tip.hidden = true;
    }
    shown = null;
  }

  function show(button) {
    var tip = tipOf(button);
    if (button === shown || !tip) { return; }
    hide();
    shown = button;
    tip.hidden = false;
    if (tip.showPopover) {  /* above whatever would cut it off */
      tip.popover = "manual";
      tip.showPopover();
    }
    place();
  }

  document.addEventListener("pointerover", function (event) {
    var button = event.pointerType === "touch" ? null : buttonAt(event);
    if (button) { show(button); }
  });
  document.addEventListener("pointerout", function (event) {
    if (shown && event.pointerType !== "touch" && !shown.contains(event.relatedTarget)
        && shown !== document.activeElement) { hide(); }
  });
  document.addEventListener("focusin", function (event) {
    var button = buttonAt(event);
    if (button) { show(button); } else { hide(); }
  });
  document.addEventListener("focusout", function (event) {
    if (shown && buttonAt(event) === shown) { hide(); }
  });
  document.addEventListener("click", function (event) {
    var button = buttonAt(event);
    if (button) { show(button); } else { hide(); }
  });
  /* A tap beside it closes: on what is no button some browsers send no click for it. */
  document.addEventListener("pointerdown", function (event) {
    if (shown && event.pointerType === "touch" && !buttonAt(event)) { hide(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { hide(); }
  });
  window.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
})();
