// A cell of the history grid with something to explain shows where it is explained.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet) { return; }
  sheet.rows.forEach(function (row) {
    var findings = row.place.querySelector('[data-findings]'), details = row.place.querySelector('details');
    if (!findings || !details) { return; }
    new MutationObserver(function () { if (findings.firstChild) { details.open = true; } }).observe(findings, { childList: true });
  });
}());
