// Stores what was typed a moment after the last change; says when it did, or why it could not. Nothing is overwritten:
// a row that somebody else changed meanwhile is not written but shown, see entry_conflicts.js.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet || !sheet.form.dataset.autosaveAt) { return; }
  var form = sheet.form, state = form.querySelector('[data-saved]');
  var PAUSE = 1200, AGAIN = 15000;
  var here = form.getAttribute('action');  // form.action is one of its buttons
  var lastSaved = '';
  var timer = null, underway = null, repeat = null, isOver = false;

  function tell(tone, sentence, link) {
    state.dataset.tone = tone;
    state.setAttribute('aria-live', tone === 'bad' ? 'assertive' : 'off');  // a routine save is not read out
    state.textContent = sentence;
    if (!link) { return; }
    var anchor = document.createElement('a');
    anchor.href = link.address;
    anchor.textContent = link.words;
    anchor.addEventListener('click', sheet.letGo);
    state.appendChild(document.createTextNode(' '));
    state.appendChild(anchor);
  }
  function due() {
    return sheet.rows.filter(function (row) { return !row.conflict && row.isChanged() && row.text() !== row.refused; });
  }
  var reasonField = form.querySelector('[name=on_behalf_reason]');
  function reason() { return reasonField ? reasonField.value.trim() : ''; }
  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  // --- What the server answers ------------------------------------------------------------------------------------------

  function take(row, answer, sent) {
    var isAsSent = row.text() === sent;
    if (answer.conflict) {
      row.conflict = answer.conflict;
      sheet.tell('conflict', row);
    } else if (answer.stored) {
      row.stored = sent;
      row.refused = '';
      row.was.value = answer.was;
    } else { row.refused = sent; }
    if (isAsSent) { sheet.show(row, answer); }
    sheet.tell('settled', row);
  }
  // A row that this person left alone and somebody else changed: shown as it is stored now.
  function follow(row, answer) {
    row.fill(answer.fields);
    row.was.value = answer.was;
    row.stored = row.text();
    sheet.show(row, answer);
    sheet.say(row.name + '刚由' + (answer.by || '他人') + '改动，已换成最新内容。', 'warn');
  }
  function taken(answer, sent) {
    form.querySelector('[name=lock_version]').value = answer.lock_version;
    sheet.rows.forEach(function (row) {
      var its = answer.rows[row.key];
      if (!its) { return; }
      if (row.key in sent) { take(row, its, sent[row.key]); }
      else if (!row.conflict && !row.isChanged() && row.was.value !== its.was) { follow(row, its); }
    });
    var left = sheet.unsaved().length;
    lastSaved = '已自动保存 ' + answer.saved_at;
    tell(left ? 'warn' : 'ok', lastSaved + (left ? '，另有 ' + left + ' 项未保存，暂存在本机' : ''));
    sheet.tell('saved');
  }
  function isJson(response) { return (response.headers.get('Content-Type') || '').indexOf('application/json') === 0; }
  function refused(response) {
    if (response.type === 'opaqueredirect' || response.ok) {  // to the login page, or the login page itself
      tell('bad', '登录已过期，未保存的内容暂存在本机。', { address: form.dataset.loginAt, words: '重新登录' });
      return null;
    }
    if (!isJson(response)) {
      var isOld = response.status === 403;
      tell('bad', isOld ? '未保存：登录状态有变，内容暂存在本机。' : '未保存：服务器出错，内容暂存在本机，稍后自动重试。',
        isOld ? { address: here, words: '刷新页面' } : null);
      if (!isOld) { later(AGAIN); }
      return null;
    }
    return response.json().then(function (answer) {
      isOver = Boolean(answer.is_over);
      tell('bad', '未保存：' + answer.message, isOver ? { address: here, words: '查看最新内容' } : null);
    });
  }

  // --- Saving -----------------------------------------------------------------------------------------------------------

  function save() {
    clearTimeout(timer);
    timer = null;
    var rows = due(), fields = {}, sent = {}, seen = {};
    if (underway || isOver || !rows.length) { return; }
    if (reasonField && !reason()) {
      tell('warn', '填写代填理由后自动保存');
      return;
    }
    rows.forEach(function (row) {
      sent[row.key] = row.text();
      Object.assign(fields, row.texts());
      fields[row.was.name] = row.was.value;
    });
    sheet.rows.forEach(function (row) { if (row.was) { seen[row.key] = row.was.value; } });
    var body = JSON.stringify({ fields: fields, seen: seen, reason: reason(), user: form.dataset.user });
    // The same contents sent again carry the same key: a request whose answer was lost has its effect once.
    if (!repeat || repeat.body !== body) { repeat = { body: body, key: sheet.word() }; }
    tell('', '正在保存……');
    underway = fetch(form.dataset.autosaveAt, {
      method: 'POST', credentials: 'same-origin', redirect: 'manual', body: body,
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': sheet.token(), 'Idempotency-Key': repeat.key }
    }).then(function (response) {
      if (!response.ok || !isJson(response)) { return refused(response); }
      return response.json().then(function (answer) { repeat = null; taken(answer, sent); });
    }, function () {
      tell('bad', '未保存：网络不通，内容暂存在本机，稍后自动重试。');
      later(AGAIN);
    }).then(function () {
      underway = null;
      sheet.tell('finished');
      if (timer === null && due().length && state.dataset.tone !== 'bad') { later(PAUSE); }
    });
  }
  sheet.on('changed', function () {
    if (isOver) { return; }
    if (due().length) { tell('', '有未保存的修改'); }
    else if (!underway && !sheet.unsaved().length) { tell('ok', lastSaved); }  // all as it is stored, after a step back
    later(PAUSE);
  });
  if (reasonField) { reasonField.addEventListener('input', function () { later(PAUSE); }); }

  // --- Sending the form: never beside a request that is still under way ---------------------------------------------------

  form.addEventListener('submit', function (event) {
    var open = sheet.rows.filter(function (row) { return row.conflict; });
    if (open.length) {
      event.preventDefault();
      sheet.say('有 ' + open.length + ' 项与他人的改动不一致，请先选定采用哪一个。', 'warn');
      open[0].place.querySelector('[data-conflict] button').focus();
      return;
    }
    clearTimeout(timer);
    if (!underway) { return; }
    event.preventDefault();
    var submitter = event.submitter;
    underway.then(function () { form.requestSubmit(submitter || undefined); });
  }, true);
  window.addEventListener('online', function () { if (due().length) { later(0); } });
}());
