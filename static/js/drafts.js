// What this browser keeps of unsaved sheets goes when the person logs out, and when the sheet was sent and is no form any more.
(function () {
  'use strict';
  var user = document.body.dataset.user;
  if (!user) { return; }
  var mine = 'draft:' + user + ':';

  function names() {
    var found = [];
    for (var at = 0; at < localStorage.length; at += 1) {
      if (localStorage.key(at).indexOf(mine) === 0) { found.push(localStorage.key(at)); }
    }
    return found;
  }
  function wasSent(name) {
    try { return JSON.parse(localStorage.getItem(name)).sent === true; } catch (refusal) { return false; }
  }
  try {
    if (!document.querySelector('form[data-entry]')) {
      names().filter(function (name) {
        return wasSent(name) && name === mine + location.pathname + location.search;
      }).forEach(function (name) { localStorage.removeItem(name); });
    }
    document.addEventListener('submit', function (event) {
      if (event.target.hasAttribute('data-logout')) { names().forEach(function (name) { localStorage.removeItem(name); }); }
    });
  } catch (refusal) {
    document.body.dataset.withoutStorage = '';  // this browser keeps nothing, so there is nothing to clear
  }
}());
