// What the server says of a row as it stands: findings, quotient, resulting status; how much is filled; the way to the next problem.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet) { return; }
  var form = sheet.form;
  var PAUSE = 400;
  var timer = null, waiting = [];

  function line(kind, word, sentence) {
    var place = document.createElement('p'), mark = document.createElement('b');
    place.className = kind;
    mark.textContent = word;
    place.appendChild(mark);
    place.appendChild(document.createTextNode(' ' + sentence));
    return place;
  }
  function showStanding(row, trial) {
    var place = row.place.querySelector('[data-trial]');
    if (!place) { return; }
    place.textContent = '';
    if (!trial) { return; }
    var mark = document.createElement('span');
    mark.className = 'st st-' + trial.tone;
    mark.textContent = trial.label;
    place.appendChild(document.createTextNode('试算 '));
    place.appendChild(mark);
    if (trial.words) { place.appendChild(document.createTextNode(' ' + trial.words)); }
  }
  // One row's answer: {findings, errors, quotient, trial, filled}.
  function show(row, answer) {
    var place = row.place.querySelector('[data-findings]'), marked = {};
    place.textContent = '';
    Object.keys(answer.errors).forEach(function (field) {
      place.appendChild(line('field-error', '错误', answer.errors[field]));
      marked[row.key + '-' + field] = true;
    });
    answer.findings.forEach(function (finding) {
      var isError = finding.level === 'error';
      place.appendChild(line(isError ? 'field-error' : 'st-warn', isError ? '错误' : '提示', finding.sentence));
      if (isError) { marked[row.key + '-' + finding.field] = true; }
    });
    place.parentNode.hidden = !place.firstChild;
    row.fields.forEach(function (field) {
      if (marked[field.name]) { field.setAttribute('aria-invalid', 'true'); } else { field.removeAttribute('aria-invalid'); }
      if (field.dataset.part) {
        if (place.firstChild) { field.setAttribute('aria-describedby', place.id); } else { field.removeAttribute('aria-describedby'); }
      }
    });
    var quotient = row.place.querySelector('[data-quotient]');
    if (quotient) { quotient.textContent = answer.quotient || '—'; }
    showStanding(row, answer.trial);
    row.filled = answer.filled;
    count();
  }
  sheet.show = show;

  // --- How far the sheet is, and what is still to be looked at --------------------------------------------------------

  function noteOf(row) {
    var note = row.place.querySelector('[name$="-note"]');
    return note ? note.value.trim() : '';
  }
  function firstOpen(row) {
    return row.place.querySelector('[aria-invalid=true]') || row.fields[0];
  }
  // The fields to go to, in the order of the rows: mistakes and differences, unexplained findings; else what is empty.
  function problems() {
    var found = [], empty = [];
    sheet.rows.forEach(function (row) {
      if (row.isLocked) { return; }
      var odd = row.place.querySelector('[data-findings] .st-warn');
      if (row.conflict) { found.push(row.place.querySelector('[data-conflict] button')); }
      else if (row.place.querySelector('[aria-invalid=true], [data-findings] .field-error')) { found.push(firstOpen(row)); }
      else if (odd && !noteOf(row)) { found.push(row.place.querySelector('[name$="-note"]') || firstOpen(row)); }
      else if (!row.filled && row.place.hasAttribute('data-owed')) {
        empty.push(row.fields.filter(function (field) { return !field.value; })[0] || row.fields[0]);
      }
    });
    return found.length ? { fields: found, word: '下一处问题' } : { fields: empty, word: '下一处未填' };
  }
  var button = form.querySelector('[data-next]');
  function count() {
    var owed = sheet.rows.filter(function (row) { return row.place.hasAttribute('data-owed'); });
    var filled = owed.filter(function (row) { return row.filled; }).length;
    sheet.all(form, '[data-count]').forEach(function (place) { place.textContent = filled; });
    sheet.all(form, 'progress').forEach(function (bar) { bar.value = filled; });
    var open = problems();
    button.hidden = !open.fields.length;
    button.textContent = open.word + '（' + open.fields.length + '）';
  }
  function goOn() {
    var fields = problems().fields, here = document.activeElement;
    if (!fields.length) { return; }
    var next = fields.filter(function (field) {
      return here.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
    })[0] || fields[0];
    next.focus();
    if (next.select) { next.select(); }
    next.scrollIntoView({ block: 'center', inline: 'nearest' });
  }
  var cursor = null;
  form.addEventListener('focusin', function (event) { if (event.target !== button) { cursor = event.target; } });
  button.addEventListener('click', function () {
    if (cursor && document.contains(cursor)) { cursor.focus({ preventScroll: true }); }
    goOn();
  });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'F8' || event.isComposing) { return; }
    event.preventDefault();
    goOn();
  });

  // --- Asked while one types, without storing anything ----------------------------------------------------------------

  function ask() {
    // Also rows that are as they were again: what is said of them is of what stood there meanwhile.
    var asked = waiting.filter(function (row) { return !row.isLocked; }), fields = {}, sent = {};
    waiting = [];
    if (!asked.length) { return; }
    asked.forEach(function (row) {
      sent[row.key] = row.text();
      Object.assign(fields, row.texts());
    });
    fetch(form.dataset.trialAt, {
      method: 'POST', credentials: 'same-origin', redirect: 'manual',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': sheet.token() },
      body: JSON.stringify({ fields: fields })
    }).then(function (response) { return response.status === 200 ? response.json() : null; }).then(function (answer) {
      if (!answer) { return; }  // the autosave that follows says what is the matter
      asked.forEach(function (row) {
        if (answer.rows[row.key] && row.text() === sent[row.key]) { show(row, answer.rows[row.key]); }
      });
    }).catch(function () { count(); });
  }
  sheet.on('changed', function (row) {
    if (waiting.indexOf(row) < 0) { waiting.push(row); }
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
    count();
  });
  sheet.on('settled', count);
  count();
}());
