// What the counties add up to while they are typed, exactly, beside the city's figure; one button takes it over.
// Numbers are counted in BigInt: a sum of decimals is a decimal. The server adds up again when the page is saved.
(function () {
  'use strict';
  var sheet = window.entrySheet, place = document.querySelector('[data-together]');
  if (!sheet || !place) { return; }
  var unit = place.dataset.unit, decimals = Number(place.dataset.decimals), isTwoPart = Boolean(place.dataset.two);
  var parts = isTwoPart ? ['numerator', 'denominator'] : ['value'];
  var PLACES = 12, ONE = BigInt('1' + '0'.repeat(PLACES));

  // As the server reads it: full-width signs, separators; undefined where it is no number, null where nothing is typed.
  function read(text) {
    var plain = text.replace(/[\uFF01-\uFF5E]/g, function (sign) { return String.fromCharCode(sign.charCodeAt(0) - 0xFEE0); })
      .replace(/[\u3002\uFF61]/g, '.').replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[,\s\u00A0\u3000]/g, '').replace(/%$/, '');
    if (plain === '') { return null; }
    var found = /^([-+]?)(\d*)(?:\.(\d*))?$/.exec(plain);
    if (!found || !(found[2] || found[3]) || (found[3] || '').length > PLACES) { return undefined; }
    var number = BigInt((found[2] || '0') + ((found[3] || '') + '0'.repeat(PLACES)).slice(0, PLACES));
    return found[1] === '-' ? -number : number;
  }
  function words(number, places) {
    var cut = BigInt('1' + '0'.repeat(PLACES - places)), half = cut / BigInt(2), isNegative = number < BigInt(0);
    var rounded = ((isNegative ? -number : number) + half) / cut;
    var digits = rounded.toString();
    while (digits.length <= places) { digits = '0' + digits; }
    var text = places ? digits.slice(0, -places) + '.' + digits.slice(-places) : digits;
    return (isNegative && rounded !== BigInt(0) ? '-' : '') + text;
  }
  function plain(number) { return words(number, PLACES).replace(/\.?0+$/, '') || '0'; }

  function measureOf(area) {
    var found = {};
    parts.forEach(function (part) {
      var field = area.querySelector('[data-part="' + part + '"]');
      found[part] = field ? read(field.value) : null;
    });
    return found;
  }
  function isWhole(measure) {
    return parts.every(function (part) { return measure[part] !== null && measure[part] !== undefined; });
  }
  // The figure in the indicator's unit; undefined where there is none.
  function figure(measure) {
    if (!isWhole(measure)) { return undefined; }
    if (!isTwoPart) { return measure.value; }
    if (measure.denominator === BigInt(0)) { return undefined; }
    return measure.numerator * read(place.dataset.factor) / measure.denominator;
  }
  function shown(number) { return words(number, decimals) + unit; }

  function add() {
    var sums = {}, missing = [], reported = 0;
    parts.forEach(function (part) { sums[part] = BigInt(0); });
    sheet.all(sheet.form, '[data-area][data-counts]').forEach(function (area) {
      var state = area.querySelector('[id$="-state"]').value, measure = measureOf(area);
      if (state === 'not_applicable') { return; }
      if (state !== 'number' || !isWhole(measure)) { missing.push(area.dataset.name); return; }
      reported += 1;
      parts.forEach(function (part) { sums[part] += measure[part]; });
    });
    return { sums: reported ? sums : null, missing: missing };
  }
  function write(name, text) { place.querySelector('[data-' + name + ']').textContent = text; }
  function show() {
    var now = add(), together = now.sums ? figure(now.sums) : undefined;
    var city = figure(measureOf(sheet.form.querySelector('[data-is-city]')));
    var sum = '还没有可以合计的数';
    if (now.sums) {
      sum = isTwoPart ? plain(now.sums.numerator) + ' / ' + plain(now.sums.denominator) + ' = ' +
        (together === undefined ? '分母为0，无法计算' : shown(together)) : shown(together);
    }
    write('sum', sum);
    write('missing', now.missing.length ? now.missing.join('、') + '（' + now.missing.length + ' 个）' : '没有');
    write('city', city === undefined ? '未填' : shown(city));
    var difference = together === undefined || city === undefined ? '—' : words(together - city, decimals);
    if (difference !== '—') {
      difference = (/[1-9]/.test(difference) ? (together > city ? '+' : '') + difference : '0') + (unit === '%' ? '个百分点' : unit);
    }
    write('difference', difference);
    return now;
  }

  sheet.form.querySelector('[data-adopt]').addEventListener('click', function (event) {
    var now = add(), area = sheet.form.querySelector('[data-is-city]'), row = sheet.byKey[area.dataset.row];
    if (!now.sums || row.isLocked) {
      event.preventDefault();
      sheet.say(row.isLocked ? '“全市”一行本次未开放，不能改动。' : '还没有可以合计的数。', 'warn');
      return;
    }
    event.preventDefault();
    area.querySelector('[id$="-state"]').value = 'number';
    parts.forEach(function (part) { area.querySelector('[data-part="' + part + '"]').value = plain(now.sums[part]); });
    sheet.touched(row);
    area.querySelector('[data-part]').focus();
    sheet.say('已采用县区合计作为全市数' + (now.missing.length ? '；' + now.missing.length + ' 个地区未填，合计不完整' : '') + '。',
      now.missing.length ? 'warn' : 'ok');
  });
  sheet.on('changed', show);
  sheet.on('settled', show);
  show();
}());
