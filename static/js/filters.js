// A filter answers as soon as something is chosen; without scripts its button does the same.
(function () {
  'use strict';
  [].forEach.call(document.querySelectorAll('form[data-auto]'), function (form) {
    var button = form.querySelector('button[type=submit]');
    if (button) { button.hidden = true; }
    form.addEventListener('change', function () { form.submit(); });
  });
  // On the way back a browser may bring the page as it was left: a filter then says what the page shows again.
  window.addEventListener('pageshow', function () {
    [].forEach.call(document.querySelectorAll('form.filters'), function (form) { form.reset(); });
  });
}());
