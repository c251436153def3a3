// Keeps in this browser what is not stored yet, and offers it when the person comes back to the sheet.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet || !sheet.form.dataset.draft) { return; }
  var form = sheet.form, name = form.dataset.draft, timer = null, isOffered = false, offered = {}, isLeft = false;
  var PAUSE = 300;

  function keep() {
    timer = null;
    var kept = {}, changed = sheet.unsaved();
    if (isLeft) { return; }
    if (isOffered) { Object.assign(kept, offered.rows); }  // what waits for an answer stays beside what is typed meanwhile
    changed.forEach(function (row) { kept[row.key] = { was: row.was.value, texts: row.texts() }; });
    try {
      if (Object.keys(kept).length) { localStorage.setItem(name, JSON.stringify({ at: new Date().toISOString(), rows: kept })); }
      else { localStorage.removeItem(name); }
    } catch (refusal) {  // storage is full or switched off: the autosave and the guard remain
      form.dataset.withoutStorage = '';
    }
  }
  function kept() {
    try { return JSON.parse(localStorage.getItem(name)); } catch (refusal) { return null; }
  }
  function forget() {
    isOffered = false;
    try { localStorage.removeItem(name); } catch (refusal) { form.dataset.withoutStorage = ''; }
  }
  sheet.on('changed', function () {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  // The page closes before the pause is over.
  window.addEventListener('pagehide', function () {
    if (timer === null) { return; }
    clearTimeout(timer);
    keep();
  });
  document.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-logout')) { return; }
    clearTimeout(timer);
    timer = null;
    isLeft = true;  // nothing is kept any more
  });
  sheet.on('saved', keep);
  form.addEventListener('submit', function (event) {
    if (event.defaultPrevented) { return; }
    clearTimeout(timer);
    isOffered = false;
    keep();
    var copy = kept();
    if (!copy) { return; }
    copy.sent = true;  // gone once the server has it: the page that follows says so
    localStorage.setItem(name, JSON.stringify(copy));
  });

  // --- On return --------------------------------------------------------------------------------------------------------

  function two(number) { return ('0' + number).slice(-2); }
  function moment(text) {
    var at = new Date(text);
    return two(at.getMonth() + 1) + '-' + two(at.getDate()) + ' ' + two(at.getHours()) + ':' + two(at.getMinutes());
  }
  function offer(copy, rows, cells) {
    var place = document.querySelector('[data-restore]'), names = rows.map(function (row) { return row.name; });
    isOffered = true;
    offered = copy;
    place.querySelector('[data-restore-words]').textContent = '上次离开时（' + moment(copy.at) + '）有 ' + cells +
      ' 格未保存：' + names.slice(0, 3).join('、') + (names.length > 3 ? '等 ' + names.length + ' 项' : '') + '。';
    place.hidden = false;
    place.querySelector('[data-restore-yes]').addEventListener('click', function () {
      isOffered = false;
      place.hidden = true;
      rows.forEach(function (row) {
        if (row.isChanged()) { return; }  // typed since the offer was made
        row.fill(copy.rows[row.key].texts);
        row.was.value = copy.rows[row.key].was;  // if it was changed since, the server says so instead of writing over it
        sheet.touched(row);
      });
      rows[0].fields[0].focus();
      sheet.say('已恢复 ' + cells + ' 格。', 'ok');
    });
    place.querySelector('[data-restore-no]').addEventListener('click', function () {
      place.hidden = true;
      forget();
      keep();
      sheet.say('已丢弃上次未保存的内容。', 'ok');
    });
  }
  var copy = kept();
  if (copy && copy.rows) {
    var cells = 0;
    var different = sheet.rows.filter(function (row) {
      var its = copy.rows[row.key];
      if (!its || row.isLocked) { return false; }
      if (copy.sent && row.was && row.was.value !== its.was) { return false; }  // the server took it and writes it its own way
      var count = row.differences(its.texts);
      cells += count;
      return count > 0;
    });
    if (different.length) { offer(copy, different, cells); } else { forget(); }
  }
  keep();  // a page that came back with mistakes holds what is not stored
}());
