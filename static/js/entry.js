// The sheet as the other scripts see it: its rows, what each holds, what is stored of it, and who wants to know of changes.
// The entry form works without any of them; with this one alone it guards against leaving with unsaved figures.
(function () {
  'use strict';
  var form = document.querySelector('form[data-entry]');
  if (!form) { return; }
  var listeners = {};
  var leaving = false;
  var forgetting = null;
  var READ_WITHIN = 10000;

  function all(place, selector) { return [].slice.call(place.querySelectorAll(selector)); }

  function Row(place) {
    this.key = place.dataset.row;
    this.place = place;
    this.name = place.dataset.name || '';
    this.isLocked = place.hasAttribute('data-locked');
    this.fields = all(place, '[name]').filter(function (field) { return field.type !== 'hidden' && !field.disabled; });
    this.was = place.querySelector('[name$="-was"]');
    this.conflict = null;
    this.filled = place.hasAttribute('data-filled');
    // What the page was made from; a page that came back with mistakes says which rows are still to be stored.
    this.stored = place.hasAttribute('data-changed') ? '' : this.text(true);
  }
  // The fields as the form would send them, by name: an empty box that is not ticked is not sent.
  Row.prototype.texts = function (asMade) {
    var found = {};
    this.fields.forEach(function (field) {
      if (field.type === 'checkbox') {
        if (asMade ? field.defaultChecked : field.checked) { found[field.name] = field.value; }
      } else if (asMade && field.tagName === 'SELECT') {
        var made = [].filter.call(field.options, function (option) { return option.defaultSelected; })[0];
        found[field.name] = made ? made.value : field.options[0].value;
      } else { found[field.name] = asMade ? field.defaultValue : field.value; }
    });
    return found;
  };
  Row.prototype.text = function (asMade) { return JSON.stringify(this.texts(asMade)); };
  Row.prototype.isChanged = function () { return !this.isLocked && this.text() !== this.stored; };
  Row.prototype.fill = function (texts) {
    this.fields.forEach(function (field) {
      if (field.type === 'checkbox') { field.checked = field.name in texts; }
      else if (field.name in texts) { field.value = texts[field.name]; }
    });
  };
  // How many of its fields hold something else than `texts`.
  Row.prototype.differences = function (texts) {
    return this.fields.filter(function (field) {
      return field.type === 'checkbox' ? field.checked !== (field.name in texts) : field.value !== (texts[field.name] || '');
    }).length;
  };

  var rows = all(form, '[data-row]').map(function (place) { return new Row(place); });
  var byKey = {};
  rows.forEach(function (row) { byKey[row.key] = row; });

  var sheet = window.entrySheet = {
    form: form,
    rows: rows,
    byKey: byKey,
    all: all,
    rowOf: function (field) {
      var place = field && field.closest ? field.closest('[data-row]') : null;
      return place ? byKey[place.dataset.row] : undefined;
    },
    on: function (happening, listener) { (listeners[happening] = listeners[happening] || []).push(listener); },
    tell: function (happening, what) { (listeners[happening] || []).forEach(function (listener) { listener(what); }); },
    // A change that no person typed: the same as if he had.
    touched: function (row) { sheet.tell('changed', row); },
    unsaved: function () { return rows.filter(function (row) { return row.isChanged(); }); },
    // Leaving is wished for; what is not stored is kept in this browser.
    letGo: function () { leaving = true; },
    // Spoken aloud by a screen reader, and shown in the bar.
    say: function (sentence, tone) {
      var place = form.querySelector('[data-said]');
      if (!place) { return; }
      place.textContent = sentence;
      place.dataset.tone = tone || '';
      clearTimeout(forgetting);
      if (tone === 'ok') { forgetting = setTimeout(function () { place.textContent = ''; }, READ_WITHIN); }
    },
    // A random word by which the server knows a repeated request.
    word: function () {
      return [].map.call(window.crypto.getRandomValues(new Uint8Array(12)), function (byte) {
        return ('0' + byte.toString(16)).slice(-2);
      }).join('');
    },
    // The token as it is now: after a new login in another tab the one in the form is old.
    token: function () {
      var found = document.cookie.split('; ').filter(function (one) { return one.indexOf('csrftoken=') === 0; })[0];
      return found ? found.slice('csrftoken='.length) : form.querySelector('[name=csrfmiddlewaretoken]').value;
    }
  };

  all(document, '[data-with-script]').forEach(function (place) { place.hidden = false; });
  form.addEventListener('input', function (event) {
    var row = sheet.rowOf(event.target);
    if (row) { sheet.tell('changed', row); }
  });
  form.addEventListener('submit', function (event) {
    if (!event.defaultPrevented) { leaving = true; }
  });
  window.addEventListener('pageshow', function () { leaving = false; });
  window.addEventListener('beforeunload', function (event) {
    if (leaving || !sheet.unsaved().length) { return; }
    event.preventDefault();
    event.returnValue = '';
  });
}());
