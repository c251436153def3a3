// Says in words when a part of the page could not be fetched; without scripts there are no such parts.
(function () {
  'use strict';
  function say(sentence) {
    var box = document.getElementById('problem');
    if (box) { box.textContent = sentence; box.hidden = false; }
  }
  document.addEventListener('htmx:responseError', function (event) {
    var status = event.detail.xhr.status;
    say(status === 403 ? '没有权限，或登录已经过期，请重新登录后再试。' : '页面的一部分没有取到（' + status + '），请刷新后再试。');
  });
  document.addEventListener('htmx:sendError', function () { say('网络不通，页面的一部分没有取到，请检查网络后刷新。'); });
  // The day of printing, where a page has stood open over midnight.
  window.addEventListener('beforeprint', function () {
    var now = new Date();
    [].forEach.call(document.querySelectorAll('[data-today]'), function (place) {
      place.textContent = now.getFullYear() + '年' + (now.getMonth() + 1) + '月' + now.getDate() + '日';
    });
  });
  // One open menu closes when something else is clicked or Escape is pressed.
  document.addEventListener('click', function (event) {
    [].forEach.call(document.querySelectorAll('details.menu[open]'), function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute('open'); }
    });
  });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      [].forEach.call(document.querySelectorAll('details.menu[open]'), function (menu) { menu.removeAttribute('open'); });
    }
  });
}());
