// Keys of the grid: Enter, the arrows and Escape. Tab is the browser's own; an input method is left alone.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet) { return; }
  var numbers = sheet.all(sheet.form, 'input[data-part]');
  sheet.numbers = numbers;
  // The number so many lines below and columns beside another. A table of its own lines and columns numbers them
  // (data-line, data-column); elsewhere every number is a line.
  var places = {};
  numbers.forEach(function (field) {
    if (field.dataset.line) { places[field.dataset.line + ' ' + field.dataset.column] = field; }
  });
  sheet.beside = function (field, down, right) {
    if (!field.dataset.line) { return right ? undefined : numbers[numbers.indexOf(field) + down]; }
    return places[(Number(field.dataset.line) + down) + ' ' + (Number(field.dataset.column) + right)];
  };
  sheet.lastLine = numbers.reduce(function (last, field) { return Math.max(last, Number(field.dataset.line || 0)); }, numbers.length);

  function isOpen(field) { return !field.disabled && !field.readOnly; }

  function go(field) {
    field.focus();
    if (field.select && field.type === 'text') { field.select(); }
    return true;
  }
  // The next number above or below that may be changed.
  function move(field, step) {
    for (var down = step; Math.abs(down) <= sheet.lastLine; down += step) {  // past gaps and locked cells
      var to = sheet.beside(field, down, 0);
      if (to && isOpen(to)) { return go(to); }
    }
    return false;
  }
  // The neighbour in the same line: number, state, tick, note.
  function sideways(field, step) {
    var line = sheet.all(field.closest('tr'), 'input:not([type=hidden]), select, textarea').filter(isOpen);
    var next = line[line.indexOf(field) + step];
    return next ? go(next) : false;
  }
  function atEnd(field, step) {
    if (field.tagName === 'SELECT' || field.type === 'checkbox') { return true; }
    if (field.selectionStart === 0 && field.selectionEnd === field.value.length) { return true; }
    return field.selectionStart === field.selectionEnd && field.selectionStart === (step < 0 ? 0 : field.value.length);
  }

  sheet.form.addEventListener('focusin', function (event) {
    if (event.target.dataset.part) { event.target.dataset.before = event.target.value; }
  });
  sheet.form.addEventListener('keydown', function (event) {
    var field = event.target, isNumber = Boolean(field.dataset && field.dataset.part), done = false;
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (!field.closest || !field.closest('[data-grid]')) { return; }
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      var step = event.key === 'ArrowRight' ? 1 : -1;
      done = !event.shiftKey && atEnd(field, step) && sideways(field, step);
    } else if (isNumber && event.key === 'Enter') {
      move(field, event.shiftKey ? -1 : 1);
      done = true;  // in the last cell too: Enter never sends the sheet
    } else if (isNumber && event.key === 'ArrowDown') { done = move(field, 1); }
    else if (isNumber && event.key === 'ArrowUp') { done = move(field, -1); }
    else if (isNumber && event.key === 'Escape' && isOpen(field) && field.value !== field.dataset.before) {
      field.value = field.dataset.before;
      field.select();
      sheet.touched(sheet.rowOf(field));
      done = true;
    }
    if (done) { event.preventDefault(); }
  });
}());
