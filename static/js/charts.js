// Upgrades a server-drawn chart to an interactive one when it comes near the window. The picture stays where the
// library is too new for the browser, cannot be fetched, or the page is printed without scripts.
(function () {
  'use strict';
  var source = document.currentScript.getAttribute('data-plotly');
  var boxes = [].slice.call(document.querySelectorAll('[data-chart]'));
  if (!source || !boxes.length) { return; }

  var LOCALE = {
    moduleType: 'locale', name: 'zh-CN',
    dictionary: {
      'Autoscale': '自动缩放', 'Zoom': '缩放', 'Zoom in': '放大', 'Zoom out': '缩小', 'Pan': '平移', 'Reset axes': '还原坐标轴',
      'Box Select': '框选', 'Lasso Select': '圈选', 'Double-click to zoom back out': '双击还原', 'trace': '序列',
      'Download plot as a PNG': '下载图片', 'Download plot': '下载图片', 'Image download succeeded': '图片已下载',
      'Taking snapshot - this may take a few seconds': '正在生成图片……', 'Snapshot succeeded': '图片已生成',
      'Sorry, there was a problem downloading your snapshot!': '图片没有下载成功。'
    },
    format: {
      days: ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'],
      shortDays: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
      months: ['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'],
      shortMonths: ['1月', '2月', '3月', '4月', '5月', '6月', '7月', '8月', '9月', '10月', '11月', '12月'],
      year: '%Y年', month: '%Y年%-m月', dayMonth: '%-m月%-d日', dayMonthYear: '%Y年%-m月%-d日', date: '%Y-%m-%d'
    }
  };
  var CONFIG = {
    locale: 'zh-CN', responsive: true, displaylogo: false, displayModeBar: false, showTips: false,
    showSendToCloud: false, plotlyServerURL: '', topojsonURL: location.origin + '/', doubleClick: 'reset'
  };
  // The library brings a style sheet for maps, which we never draw and which the content policy refuses. It leaves it
  // out where an element of this id is there already; a test compares the id with the library in use.
  var MAP_STYLES = '9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53';
  var library = null;

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  // Colour names such as --chart-actual become the colours of the theme in use.
  function coloured(value) {
    if (typeof value === 'string') { return value.slice(0, 2) === '--' ? token(value) : value; }
    if (Array.isArray(value)) { return value.map(coloured); }
    if (value && typeof value === 'object') {
      return Object.keys(value).reduce(function (copy, key) { copy[key] = coloured(value[key]); return copy; }, {});
    }
    return value;
  }

  function fetched() {
    if (!library) {
      library = new Promise(function (resolve, reject) {
        var script = document.createElement('script'), unwanted = document.createElement('meta');
        unwanted.id = MAP_STYLES;
        document.head.appendChild(unwanted);
        script.src = source;
        script.onerror = function () { reject(new Error('the chart library could not be fetched')); };
        script.onload = function () {
          if (!window.Plotly) { reject(new Error('the browser is too old for the chart library')); return; }
          window.Plotly.register(LOCALE);
          resolve(window.Plotly);
        };
        document.head.appendChild(script);
      });
    }
    return library;
  }

  function drawn(box) {
    var spec = coloured(JSON.parse(document.getElementById(box.getAttribute('data-chart')).textContent));
    return fetched().then(function (Plotly) {
      var layout = spec.layout, place = document.createElement('div');
      var height = Math.max(box.clientHeight, 180);
      layout.height = height;
      layout.autosize = true;
      layout.paper_bgcolor = layout.plot_bgcolor = 'rgba(0,0,0,0)';
      layout.font = { family: token('--font'), size: 12, color: token('--chart-ink') };
      layout.hoverlabel = { bgcolor: token('--surface'), bordercolor: token('--line-2'), font: { color: token('--ink'), family: token('--font') } };
      layout.yaxis.automargin = layout.xaxis.automargin = true;
      // The unit stands above its axis, as in the picture of the server, and words right of the plot get their room.
      if (layout.yaxis.title) {
        layout.annotations = (layout.annotations || []).concat({
          xref: 'paper', yref: 'paper', x: 0, y: 1, xanchor: 'left', yanchor: 'bottom', yshift: 6, showarrow: false,
          text: layout.yaxis.title.text, font: { size: 11, color: token('--chart-muted') }
        });
        delete layout.yaxis.title;
      }
      (layout.annotations || []).forEach(function (note) {
        if (note.xref !== 'paper' && note.xanchor === 'left') {
          note.xshift = 8;
          layout.margin.r = Math.max(layout.margin.r, 16 + 12 * note.text.length);
        }
      });
      layout.xaxis.ticks = layout.yaxis.ticks = 'outside';
      layout.xaxis.ticklen = layout.yaxis.ticklen = 5;
      layout.xaxis.tickcolor = layout.yaxis.tickcolor = 'rgba(0,0,0,0)';
      spec.data.forEach(function (trace) { trace.cliponaxis = false; });
      layout.margin.t = Math.max(layout.margin.t, 30);
      layout.margin.b = Math.max(layout.margin.b, 34);
      box.textContent = '';
      place.setAttribute('role', 'img');
      place.setAttribute('aria-label', layout.meta.title + '。' + layout.meta.alt);
      box.appendChild(place);
      return Plotly.newPlot(place, spec.data, layout, CONFIG);
    }).then(function (plot) {
      // With a viewBox the drawing shrinks and grows with the sheet of paper.
      [].forEach.call(plot.querySelectorAll('.main-svg'), function (layer) {
        layer.setAttribute('viewBox', '0 0 ' + layer.getAttribute('width') + ' ' + layer.getAttribute('height'));
      });
      box.setAttribute('data-drawn', 'yes');
    }).catch(function (problem) {
      box.setAttribute('data-drawn', 'no');
      if (window.console) { window.console.info('the picture of the server stays: ' + problem.message); }
    });
  }

  if (!('IntersectionObserver' in window)) { return; }
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { watcher.unobserve(entry.target); drawn(entry.target); }
    });
  }, { rootMargin: '200px 0px' });
  // On a narrow screen the picture stays: it scrolls in its box, and its words do not shrink.
  boxes.forEach(function (box) { if (box.clientWidth >= 480) { watcher.observe(box); } });

  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  function redrawn() {
    boxes.forEach(function (box) { if (box.getAttribute('data-drawn') === 'yes') { drawn(box); } });
  }
  if (dark.addEventListener) { dark.addEventListener('change', redrawn); }
}());
