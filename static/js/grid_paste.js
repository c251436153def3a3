// Blocks from Excel and WPS: spread over the numbers from the cell downwards, what does not fit is named, one step back.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet || !sheet.numbers) { return; }
  var steps = [];
  var FEW = 3;

  // Tabs and line ends; a cell in quotation marks may hold both, and quotation marks written twice.
  function block(text) {
    var lines = [['']], quoted = false, at, sign;
    function add(part) { var line = lines[lines.length - 1]; line[line.length - 1] += part; }
    text = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
    for (at = 0; at < text.length; at += 1) {
      sign = text[at];
      if (quoted) {
        if (sign !== '"') { add(sign); } else if (text[at + 1] === '"') { add('"'); at += 1; } else { quoted = false; }
      } else if (sign === '"' && lines[lines.length - 1][lines[lines.length - 1].length - 1] === '') { quoted = true; }
      else if (sign === '\t') { lines[lines.length - 1].push(''); }
      else if (sign === '\n') { lines.push(['']); }
      else { add(sign); }
    }
    return lines;
  }
  // Whether the server would read it; it has the last word and says why not.
  function isNumber(text, isPercent) {
    var plain = text.replace(/[\uFF01-\uFF5E]/g, function (sign) { return String.fromCharCode(sign.charCodeAt(0) - 0xFEE0); })
      .replace(/[\u00A0\u2002-\u200A\u202F\u3000]/g, ' ').replace(/[\u3002\uFF61]/g, '.').replace(/[\u2010-\u2015\u2212]/g, '-').trim();
    if (isPercent) { plain = plain.replace(/ ?%$/, ''); }
    return plain === '' || /^[-+]? ?(\d+|\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+)?(\.\d+)?$/.test(plain) && /\d/.test(plain);
  }
  function named(field) {
    var row = sheet.rowOf(field);
    return row.name + (field.dataset.label ? '“' + field.dataset.label + '”' : '');
  }
  function listed(names) {
    return names.slice(0, FEW).join('、') + (names.length > FEW ? '等' : '');
  }
  function touchAll(fields) {
    var rows = [];
    fields.forEach(function (field) {
      var row = sheet.rowOf(field);
      if (rows.indexOf(row) < 0) { rows.push(row); }
    });
    rows.forEach(function (row) { sheet.touched(row); });
  }

  function paste(field, lines) {
    var step = [], odd = [], locked = [], beyond = 0;
    function put(text, to) {
      if (!to) { beyond += text.trim() ? 1 : 0; return; }
      if (to.readOnly || to.disabled) { locked.push(named(to)); return; }
      text = text.replace(/\s*\n\s*/g, ' ').trim().slice(0, to.maxLength > 0 ? to.maxLength : undefined);
      step.push({ field: to, before: to.value, after: text });
      to.value = text;
      to.dataset.before = text;
      if (!isNumber(text, to.dataset.unit === '%')) { odd.push(named(to) + '（' + text.slice(0, 12) + '）'); }
    }
    lines.forEach(function (line, below) {
      line.forEach(function (text, beside) { put(text, sheet.beside(field, below, beside)); });
    });
    steps.push(step);
    touchAll(step.map(function (one) { return one.field; }));
    var parts = ['已粘贴 ' + step.length + ' 格，按 Ctrl+Z 可撤销'];
    if (odd.length) { parts.push(odd.length + ' 格不是数字，已保留原文待改：' + listed(odd)); }
    if (locked.length) { parts.push(locked.length + ' 格已锁定，未改动：' + listed(locked)); }
    if (beyond) { parts.push(beyond + ' 格超出' + (field.dataset.line ? '可填的范围' : '“本期”一列') + '，未粘贴'); }
    sheet.say(parts.join('；') + '。', odd.length || locked.length || beyond ? 'warn' : 'ok');
  }
  function undo() {
    var step = steps.pop(), kept = 0;
    step.forEach(function (one) {
      if (one.field.value !== one.after) { kept += 1; return; }  // mended since: not to be lost
      one.field.value = one.field.dataset.before = one.before;
    });
    touchAll(step.map(function (one) { return one.field; }));
    sheet.say('已撤销粘贴' + (kept ? '，其后改过的 ' + kept + ' 格保持不变' : '') + '。', 'ok');
  }

  sheet.form.addEventListener('paste', function (event) {
    var field = event.target;
    var text = event.clipboardData ? event.clipboardData.getData('text/plain') : '';
    if (!field.dataset || !field.dataset.part || !/[\t\n\r]/.test(text.replace(/\r?\n$/, ''))) { return; }  // one value
    event.preventDefault();
    paste(field, block(text));
  });
  sheet.form.addEventListener('keydown', function (event) {
    var field = event.target;
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.isComposing) { return; }
    if (!field.dataset || !field.dataset.part || event.key.toLowerCase() !== 'z' || !steps.length) { return; }
    if (field.value !== field.dataset.before) { return; }  // typed since: the browser takes that back first
    event.preventDefault();
    undo();
  });
}());
