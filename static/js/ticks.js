// One box that ticks them all, above a list of boxes; without scripts each is ticked by itself.
(function () {
  "use strict";
  document.querySelectorAll("form[data-tick-all]").forEach(function (form) {
    var head = form.querySelector("[data-tick-head]");
    var boxes = Array.prototype.slice.call(form.querySelectorAll("tbody input[type=checkbox]"));
    if (!head || boxes.length < 2) { return; }
    var all = document.createElement("input");
    all.type = "checkbox";
    all.setAttribute("aria-label", "全选");
    head.textContent = "";
    head.appendChild(all);
    function show() {
      var ticked = boxes.filter(function (box) { return box.checked; }).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    all.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
    });
    form.addEventListener("change", function (event) { if (event.target !== all) { show(); } });
    show();
  });
})();
