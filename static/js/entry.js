// The entry form works without this: it adds the quotient while one types, and a guard against leaving unsaved.
(function () {
  'use strict';
  var form = document.querySelector('form[data-entry]');
  if (!form) { return; }
  var mark = form.querySelector('[data-unsaved]');
  var dirty = form.hasAttribute('data-dirty');
  var leaving = false;

  // Full-width digits and thousands separators are read as the server reads them; what is no number gives no quotient.
  function read(input) {
    var text = input.value.replace(/[\uFF01-\uFF5E]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xFEE0); });
    text = text.replace(/[\s,]/g, '').replace(/[\u2212\u2013\u2014]/g, '-');
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  }

  function showQuotient(row) {
    var out = row.querySelector('[data-quotient]');
    if (!out) { return; }
    var above = read(row.querySelector('[data-part=numerator]'));
    var below = read(row.querySelector('[data-part=denominator]'));
    var quotient = above / below * Number(row.dataset.factor);
    if (!isFinite(quotient)) { out.textContent = '—'; return; }
    out.textContent = quotient.toFixed(Number(row.dataset.decimals)) + (row.dataset.unit === '%' ? '%' : ' ' + row.dataset.unit);
  }

  form.addEventListener('input', function (event) {
    dirty = true;
    mark.hidden = false;
    var row = event.target.closest('[data-row]');
    if (row && event.target.dataset.part) { showQuotient(row); }
  });
  form.addEventListener('submit', function () { leaving = true; });
  window.addEventListener('pageshow', function () { leaving = false; });
  window.addEventListener('beforeunload', function (event) {
    if (!dirty || leaving) { return; }
    event.preventDefault();
    event.returnValue = '';
  });
  if (dirty) { mark.hidden = false; }
}());
