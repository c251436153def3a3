// Words that are being written (textarea[data-kept]) outlive leaving the page, as for adding a file, in this tab alone.
(function () {
  'use strict';
  var fields = [].slice.call(document.querySelectorAll('textarea[data-kept]'));
  var over = false;
  if (!fields.length) { return; }

  function name(field) { return 'words:' + document.body.dataset.user + ':' + location.pathname + ':' + field.id; }
  function forget() {
    fields.forEach(function (field) { sessionStorage.removeItem(name(field)); });
  }
  try {
    fields.forEach(function (field) {
      if (!field.value) { field.value = sessionStorage.getItem(name(field)) || ''; }
    });
    forget();
    window.addEventListener('pagehide', function () {
      fields.forEach(function (field) {
        if (!over && field.value.trim()) { sessionStorage.setItem(name(field), field.value); }
      });
    });
    window.addEventListener('pageshow', function () { over = false; });
    document.addEventListener('submit', function (event) {
      over = event.target.hasAttribute('data-logout') || Boolean(event.target.querySelector('textarea[data-kept]'));
    });
  } catch (refusal) {
    document.body.dataset.withoutStorage = '';  // this browser keeps nothing
  }
}());
