// Opens the page of a cell (its evidence and its thread) in a dialog over the sheet, so that nobody leaves what he is
// typing. Without this script, or with a modifier key, the link leads to the page itself.
(function () {
  'use strict';
  if (!window.htmx || !window.HTMLDialogElement) { return; }
  var dialog = null;
  var body = null;
  var openerId = '';
  var address = '';
  var unsent = [];

  function make() {
    dialog = document.createElement('dialog');
    dialog.className = 'cell-dialog';
    dialog.setAttribute('aria-label', '佐证与意见');
    body = document.createElement('div');
    body.id = 'cell-dialog-body';
    dialog.appendChild(body);
    document.body.appendChild(dialog);
    dialog.addEventListener('close', function () {
      var opener = document.getElementById(openerId);
      if (opener) { opener.focus(); }
    });
  }

  function open(link) {
    if (!dialog) { make(); }
    openerId = link.id;
    address = link.href;
    body.textContent = '正在读取……';
    dialog.showModal();
    window.htmx.ajax('GET', address, { target: body, swap: 'innerHTML' });
  }

  document.addEventListener('click', function (event) {
    var at = event.target.closest ? event.target : event.target.parentElement;
    var link = at && at.closest('a.cell-link');
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(link);
    } else if (at && dialog && at.closest('[data-close-cell]')) {
      dialog.close();
    }
  });

  // What is being written in the other forms of the dialog, an opinion beside a file that is added, stays there.
  function written(sent) {
    var found = [];
    [].forEach.call(body.querySelectorAll('form'), function (form) {
      if (form === sent) { return; }
      [].forEach.call(form.querySelectorAll('textarea[name], input[type=text], input[type=url]'), function (field) {
        if (field.value) { found.push({ form: form.getAttribute('action'), name: field.name, value: field.value }); }
      });
    });
    return found;
  }
  function writeAgain() {
    unsent.forEach(function (one) {
      [].forEach.call(body.querySelectorAll('form'), function (form) {
        var field = form.elements[one.name];
        if (form.getAttribute('action') === one.form && field && !field.value) { field.value = one.value; }
      });
    });
    unsent = [];
  }
  // A refused form comes back with what was typed: it is shown like any other answer.
  document.addEventListener('htmx:beforeSwap', function (event) {
    if (!body || event.detail.target !== body) { return; }
    unsent = written(event.detail.requestConfig.elt);
    if (event.detail.xhr.responseURL.indexOf('/login/') >= 0) {
      event.detail.shouldSwap = false;
      window.location.assign(address);
    } else if (event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  // What was done or refused stands on top: that is where to look next.
  document.addEventListener('htmx:afterSwap', function (event) {
    if (!body || event.detail.target !== body) { return; }
    dialog.scrollTop = 0;
    writeAgain();
    var said = body.querySelector('#problems, [role=status]') || body.querySelector('[data-close-cell]');
    if (said) { said.focus({ preventScroll: true }); }
  });
  document.addEventListener('htmx:responseError', function (event) {
    if (body && event.detail.target === body) {
      body.textContent = '没有成功：页面已过期，或没有权限。请按 Esc 关闭后刷新页面再试。';
    }
  });
  document.addEventListener('htmx:sendError', function (event) {
    if (!body || event.detail.target !== body) { return; }
    var place = body.querySelector('[data-cell-problem]') || body;
    place.textContent = '网络不通，没有发出：请检查网络后再试一次。';
    place.hidden = false;
  });
}());
