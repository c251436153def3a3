// Keys of the grid: Enter, the arrows and Escape. Tab is the browser's own; an input method is left alone.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet) { return; }
  var numbers = sheet.all(sheet.form, 'input[data-part]');
  sheet.numbers = numbers;

  function isOpen(field) { return !field.disabled && !field.readOnly; }

  function go(field) {
    field.focus();
    if (field.select && field.type === 'text') { field.select(); }
    return true;
  }
  // The next number above or below that may be changed.
  function move(field, step) {
    var at = numbers.indexOf(field) + step;
    while (numbers[at] && !isOpen(numbers[at])) { at += step; }
    return numbers[at] ? go(numbers[at]) : false;
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
