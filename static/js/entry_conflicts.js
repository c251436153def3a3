// Two people changed one row: both versions beside each other, and the person decides. Nothing is stored until he has.
(function () {
  'use strict';
  var sheet = window.entrySheet;
  if (!sheet) { return; }

  function button(words, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn';
    made.textContent = words;
    made.addEventListener('click', act);
    return made;
  }
  function settle(row) {
    var place = row.place.querySelector('[data-conflict]');
    row.conflict = null;
    row.refused = '';
    place.textContent = '';
    place.parentNode.hidden = true;
    row.fields[0].focus();
    sheet.tell('changed', row);
    sheet.tell('settled', row);
  }
  function takeTheirs(row) {
    var theirs = row.conflict;
    row.fill(theirs.fields);
    row.was.value = theirs.was;
    row.stored = row.text();
    sheet.show(row, theirs);
    settle(row);
    sheet.say('已采用' + theirs.by + '的内容。', 'ok');
  }
  function keepMine(row) {
    row.was.value = row.conflict.was;  // from now on the person has seen what is stored
    settle(row);
    sheet.say('保留您填写的内容，稍后自动保存。', 'ok');
  }
  sheet.on('conflict', function (row) {
    var place = row.place.querySelector('[data-conflict]'), theirs = row.conflict;
    place.textContent = '';
    var words = document.createElement('p');
    words.textContent = theirs.by + '已于 ' + theirs.at + ' 改为“' + theirs.words + '”；您填写的是“' + theirs.mine + '”，尚未保存。';
    place.appendChild(words);
    place.appendChild(button('采用对方的', function () { takeTheirs(row); }));
    place.appendChild(button('保留我的', function () { keepMine(row); }));
    place.parentNode.hidden = false;
    sheet.say(row.name + '：' + words.textContent, 'warn');
  });
}());
