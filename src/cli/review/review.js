/* review.js -- the page that `calque align --format=html` writes: both texts side by side,
 * beads that a person confirms, splits, merges and moves sentences between, and what came of
 * it saved as TMX, TSV or beads. It asks no network for anything.
 *
 * A bead is { s, t, sn, tn, c, fixed }: first sentence and count on either side, confidence,
 * and whether a person said so. The list of beads changes in one place, replace(), so that
 * every change can be undone, is kept for the next visit, and shows. */
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const sides = [data.source, data.target];
  const list = document.getElementById('beads');
  const tools = document.getElementById('tools');
  const said = document.getElementById('said');
  const SLICE = 400; // rows made at once: more would be felt while the page opens
  const percent = new Intl.NumberFormat(data.lang, { style: 'percent' });
  const number = new Intl.NumberFormat(data.lang);

  let beads = data.beads.map(([s, sn, t, tn, c, fixed]) => ({ s, sn, t, tn, c, fixed: !!fixed }));
  let made = 0; // rows that are in the page: those of the first `made` beads
  let current = { bead: beads[0], side: 0, at: 0 };
  let undone = [], done = [];
  let isSaved = true;

  /* ---- words ---- */

  const text = (key, values = {}) =>
    data.words[key].replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  const say = (key, values) => {
    said.textContent = '';
    said.textContent = text(key, values);
  };
  const range = (first, count) =>
    count === 0 ? text('nothing')
      : count === 1 ? number.format(first + 1)
        : `${number.format(first + 1)}–${number.format(first + count)}`;

  /* ---- beads ---- */

  const FIRST = ['s', 't'], COUNT = ['sn', 'tn'];
  const isDoubtful = (bead) => !bead.fixed && bead.c < data.doubtful;
  const isAlone = (bead) => bead.sn === 0 || bead.tn === 0;
  const place = (bead) => beads.indexOf(bead);

  /* What a person made: sure when it has two sides; a side that was left alone is to be looked
   * at again. */
  const byHand = (s, sn, t, tn) =>
    ({ s, sn, t, tn, c: sn && tn ? 1 : 0, fixed: sn > 0 && tn > 0 });

  /* ---- rows ---- */

  const element = (name, className) => {
    const made = document.createElement(name);
    made.className = className;
    return made;
  };

  const stateOf = (bead) => {
    if (bead.fixed) return text('fixed');
    return isDoubtful(bead) ? text('doubtful', { percent: percent.format(bead.c) })
      : percent.format(bead.c);
  };

  const makeSentence = (bead, side, at, id) => {
    const here = element('div', 'sentence');
    const sentence = bead[COUNT[side]] > 0 ? sides[side].sentences[bead[FIRST[side]] + at] : null;
    here.tabIndex = -1;
    here.setAttribute('role', 'button');
    here.setAttribute('aria-describedby', id);
    if (sentence === null) {
      here.classList.add('none');
      here.textContent = text('nothing');
    } else {
      const grip = element('span', 'grip');
      grip.setAttribute('aria-hidden', 'true');
      grip.textContent = '⠿';
      here.append(grip, sentence);
    }
    return here;
  };

  const makeSide = (bead, side, id) => {
    const cell = element('div', 'side');
    cell.lang = sides[side].lang;
    cell.dir = sides[side].dir;
    for (let at = 0; at < Math.max(1, bead[COUNT[side]]); at++)
      cell.append(makeSentence(bead, side, at, id));
    return cell;
  };

  let ids = 0;
  const makeRow = (bead) => {
    const row = element('li', 'bead');
    const link = element('div', 'link'), state = element('div', 'state');
    state.id = `b${ids++}`;
    state.textContent = stateOf(bead);
    state.title = `${range(bead.s, bead.sn)} : ${range(bead.t, bead.tn)}`;
    row.setAttribute('aria-label', text('bead', {
      source: range(bead.s, bead.sn), target: range(bead.t, bead.tn), state: state.textContent }));
    row.classList.toggle('doubtful', isDoubtful(bead));
    row.classList.toggle('fixed', bead.fixed);
    row.classList.toggle('alone', isAlone(bead));
    link.append(state);
    row.append(makeSide(bead, 0, state.id), link, makeSide(bead, 1, state.id));
    row.bead = bead;
    bead.row = row;
    return row;
  };

  /* Rows up to bead `end`, which something wants to show. */
  const makeRows = (end) => {
    const rows = document.createDocumentFragment();
    for (; made < Math.min(end, beads.length); made++) rows.append(makeRow(beads[made]));
    list.append(rows);
  };

  const makeMore = () => {
    makeRows(made + SLICE);
    if (made < beads.length) setTimeout(makeMore);
    else list.removeAttribute('aria-busy');
  };

  /* ---- where the reader is ---- */

  const sentenceAt = ({ bead, side, at }) => {
    makeRows(place(bead) + 1);
    return bead.row.querySelectorAll('.side')[side].children[at];
  };

  const setCurrent = (to, focus = true) => {
    const before = current.bead && current.bead.row && sentenceAt(current);
    if (before) before.tabIndex = -1;
    current = { ...to, at: Math.min(to.at, Math.max(0, to.bead[COUNT[to.side]] - 1)) };
    const here = sentenceAt(current);
    here.tabIndex = 0;
    current.bead.row.querySelector('.link').append(tools);
    tools.hidden = false;
    if (!focus) return;
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: 'nearest' });
  };

  /* One sentence up or down on the same side, into the neighbouring bead at an end. */
  const step = (by) => {
    const at = current.at + by, count = Math.max(1, current.bead[COUNT[current.side]]);
    if (at >= 0 && at < count) {
      setCurrent({ ...current, at });
      return;
    }
    const bead = beads[place(current.bead) + by];
    if (bead) setCurrent({ bead, side: current.side, at: by > 0 ? 0 : Infinity });
  };

  const goDoubtful = (by) => {
    const from = place(current.bead), doubtful = beads.filter(isDoubtful);
    if (doubtful.length === 0) {
      say('none_doubtful');
      return;
    }
    let at = from;
    do at = (at + by + beads.length) % beads.length; while (!isDoubtful(beads[at]));
    setCurrent({ bead: beads[at], side: current.side, at: 0 });
    say('doubtful_of', { n: number.format(doubtful.indexOf(beads[at]) + 1),
      all: number.format(doubtful.length) });
  };

  /* ---- changes ---- */

  const showCounts = () => {
    const doubtful = beads.reduce((sum, bead) => sum + isDoubtful(bead), 0);
    document.getElementById('count').textContent =
      text('count', { doubtful: number.format(doubtful), beads: number.format(beads.length) });
    document.getElementById('undo').disabled = done.length === 0;
    document.getElementById('redo').disabled = undone.length === 0;
  };

  /* Put other beads where `old` stand from place `from` on. */
  const replace = (from, old, fresh, focus) => {
    makeRows(from + old.length);
    const before = from > 0 ? beads[from - 1].row : null;
    document.body.append(tools); // out of a row that may go
    tools.hidden = true;
    old.forEach((bead) => bead.row.remove());
    beads.splice(from, old.length, ...fresh);
    made += fresh.length - old.length;
    const rows = fresh.map(makeRow);
    if (before) before.after(...rows);
    else list.prepend(...rows);
    isSaved = false;
    showCounts();
    keepSoon();
    current = { ...focus, bead: focus.bead };
    setCurrent(focus);
  };

  /* A change that can be undone. Beads with nothing in them go. */
  const change = (from, count, fresh, side, sentence, key) => {
    const old = beads.slice(from, from + count);
    fresh = fresh.filter((bead) => bead.sn + bead.tn > 0);
    done.push({ from, old, fresh });
    undone = [];
    replace(from, old, fresh, find(fresh, side, sentence));
    say(key, { source: range(current.bead.s, current.bead.sn),
      target: range(current.bead.t, current.bead.tn) });
  };

  /* Where a sentence is, among some beads; else the first of them. */
  const find = (among, side, sentence) => {
    const bead = among.find((b) => sentence >= b[FIRST[side]] &&
      sentence < b[FIRST[side]] + b[COUNT[side]]) || among[0];
    return { bead, side, at: Math.max(0, sentence - bead[FIRST[side]]) };
  };

  const sentenceNow = () => current.bead[FIRST[current.side]] + current.at;

  const back = (from, to, isUndo) => {
    const last = from.pop();
    if (!last) return;
    to.push(last);
    const [old, fresh] = isUndo ? [last.fresh, last.old] : [last.old, last.fresh];
    replace(last.from, old, fresh, { bead: fresh[0], side: current.side, at: 0 });
    say(isUndo ? 'undone' : 'redone');
  };
  const undo = () => back(done, undone, true);
  const redo = () => back(undone, done, false);

  const merge = () => {
    const at = place(current.bead), a = current.bead, b = beads[at + 1];
    if (b) change(at, 2, [byHand(a.s, a.sn + b.sn, a.t, a.tn + b.tn)], current.side,
      sentenceNow(), 'merged');
  };

  /* Before the sentence that has the focus; the other side is cut at the same place, if it has
   * as many. Before the first one, the two sides part. */
  const split = () => {
    const { bead, side, at } = current;
    const keep = [Math.min(bead.sn, at), Math.min(bead.tn, at)];
    if (at === 0 && isAlone(bead)) return;
    if (at === 0) keep[0] = bead.sn;
    change(place(bead), 1, [
      byHand(bead.s, keep[0], bead.t, keep[1]),
      byHand(bead.s + keep[0], bead.sn - keep[0], bead.t + keep[1], bead.tn - keep[1]),
    ], side, sentenceNow(), 'was_split');
  };

  /* Move a sentence into the bead at place `to`, and with it those of its side that stand
   * between, since beads never cross. */
  const move = (from, side, at, to) => {
    if (to < 0 || to >= beads.length || to === from || beads[from][COUNT[side]] === 0) return;
    const low = Math.min(from, to), high = Math.max(from, to);
    const sentence = beads[from][FIRST[side]] + at;
    const counts = beads.slice(low, high + 1).map((bead) => bead[COUNT[side]]);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const stay = to > from ? at : counts[counts.length - 1] - at - 1;
    const first = { s: beads[low].s, t: beads[low].t };
    const fresh = beads.slice(low, high + 1).map((bead, i) => {
      const count = low + i === from ? stay : low + i === to ? all - stay : 0;
      const next = { sn: bead.sn, tn: bead.tn, [COUNT[side]]: count };
      const result = byHand(first.s, next.sn, first.t, next.tn);
      first.s += next.sn;
      first.t += next.tn;
      return result;
    });
    change(low, fresh.length, fresh, side, sentence, 'moved');
  };

  const confirm = (thenNext) => {
    const bead = current.bead, at = place(bead);
    const fixed = thenNext || !bead.fixed;
    if (fixed !== bead.fixed)
      change(at, 1, [{ ...bead, fixed }], current.side, sentenceNow(),
        fixed ? 'was_fixed' : 'was_freed');
    if (thenNext) goDoubtful(1);
  };

  /* ---- what came of it ---- */

  const joined = (side, bead) => sides[side].sentences
    .slice(bead[FIRST[side]], bead[FIRST[side]] + bead[COUNT[side]])
    .join(sides[side].space ? ' ' : '');
  const confidence = (bead) => (bead.fixed ? 1 : bead.c).toFixed(2);
  // eslint-disable-next-line no-control-regex
  const xml = (s) => s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  const cell = (s) => s.replace(/[\t\r\n]/g, ' ');
  const numbers = (first, count) => `[${Array.from({ length: count }, (_, i) => first + i)}]`;

  const formats = {
    beads: () => beads.map((b) => `${numbers(b.s, b.sn)}:${numbers(b.t, b.tn)}:${confidence(b)}` +
      `${b.fixed ? ':fixed' : ''}\n`).join(''),
    tsv: () => beads.map((b) =>
      `${confidence(b)}\t${cell(joined(0, b))}\t${cell(joined(1, b))}\n`).join(''),
    tmx: () => '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n' +
      `<header creationtool="calque" creationtoolversion="${xml(data.version)}" ` +
      'segtype="sentence" o-tmf="calque" adminlang="en" ' +
      `srclang="${xml(sides[0].lang)}" datatype="plaintext"/>\n<body>\n` +
      beads.filter((b) => !isAlone(b)).map((b) =>
        `<tu>\n  <prop type="x-confidence">${confidence(b)}</prop>\n` +
        [0, 1].map((side) => `  <tuv xml:lang="${xml(sides[side].lang)}"><seg>` +
          `${xml(joined(side, b))}</seg></tuv>\n`).join('') + '</tu>\n').join('') +
      '</body>\n</tmx>\n',
  };

  const save = (format) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([formats[format]()], { type: 'text/plain' }));
    link.download = `${data.name}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    isSaved = true;
    say('saved', { file: link.download });
  };

  /* ---- kept between visits ---- */

  const key = (() => {
    let hash = 0;
    for (const side of sides)
      for (const sentence of side.sentences)
        for (let i = 0; i < sentence.length; i++)
          hash = (Math.imul(hash, 31) + sentence.charCodeAt(i)) | 0;
    return `calque-review-${hash}`;
  })();

  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify(
        beads.map((b) => [b.s, b.sn, b.t, b.tn, b.c, b.fixed ? 1 : 0])));
    } catch { /* a browser without it, or full: the warning on leaving is left */ }
  };
  let timer = 0;
  const keepSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  };

  const restore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (!kept || JSON.stringify(kept) === JSON.stringify(data.beads)) return;
      const old = beads;
      beads = kept.map(([s, sn, t, tn, c, fixed]) => ({ s, sn, t, tn, c, fixed: !!fixed }));
      done.push({ from: 0, old, fresh: beads.slice() });
      current.bead = beads[0];
      say('restored');
    } catch { /* nothing was kept */ }
  };

  /* ---- keys and pointers ---- */

  const actions = {
    up: () => move(place(current.bead), current.side, current.at, place(current.bead) - 1),
    down: () => move(place(current.bead), current.side, current.at, place(current.bead) + 1),
    split,
    merge,
    confirm: () => confirm(false),
  };

  /* The arrow keys go by what is seen: in a page from right to left the first column is the
   * right one. */
  const isRtl = data.dir === 'rtl';
  const keys = {
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    ArrowLeft: () => setCurrent({ ...current, side: isRtl ? 1 : 0 }),
    ArrowRight: () => setCurrent({ ...current, side: isRtl ? 0 : 1 }),
    Home: () => setCurrent({ bead: beads[0], side: current.side, at: 0 }),
    End: () => setCurrent({ bead: beads[beads.length - 1], side: current.side, at: Infinity }),
    'Alt+ArrowUp': actions.up,
    'Alt+ArrowDown': actions.down,
    ' ': actions.confirm,
    Enter: () => confirm(true),
    m: merge,
    s: split,
    n: () => goDoubtful(1),
    p: () => goDoubtful(-1),
  };
  const everywhere = {
    'Control+z': undo,
    'Control+y': redo,
    'Control+Shift+z': redo,
    'Control+s': () => save('beads'),
    '?': () => document.getElementById('keys').showModal(),
  };
  const nameOf = (event) => (event.ctrlKey || event.metaKey ? 'Control+' : '') +
    (event.altKey ? 'Alt+' : '') +
    (event.shiftKey && event.key.length > 1 ? 'Shift+'
      : event.shiftKey && (event.ctrlKey || event.metaKey) ? 'Shift+' : '') +
    (event.key.length === 1 ? event.key.toLowerCase() : event.key);

  document.addEventListener('keydown', (event) => {
    if (document.getElementById('keys').open) return;
    const isInList = event.target.classList.contains('sentence');
    const action = (isInList && keys[nameOf(event)]) || everywhere[nameOf(event)];
    if (!action || beads.length === 0) return;
    event.preventDefault();
    action();
  });

  const whereIs = (node) => {
    const here = node.closest && node.closest('.sentence'), row = here && here.closest('.bead');
    if (!row) return null;
    return { bead: row.bead, side: here.parentNode === row.children[0] ? 0 : 1,
      at: Array.prototype.indexOf.call(here.parentNode.children, here) };
  };

  list.addEventListener('click', (event) => {
    const to = whereIs(event.target);
    if (to) setCurrent(to);
  });
  list.addEventListener('focusin', (event) => {
    const to = whereIs(event.target);
    if (to && (to.bead !== current.bead || to.side !== current.side || to.at !== current.at))
      setCurrent(to, false);
  });
  tools.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    event.stopPropagation();
    actions[button.dataset.do]();
    sentenceAt(current).focus({ preventScroll: true });
  });

  /* A sentence is dragged by its grip into another bead. */
  list.addEventListener('pointerdown', (event) => {
    if (!event.target.classList.contains('grip')) return;
    const from = whereIs(event.target);
    let over = null;
    const rowAt = (e) => {
      const under = document.elementFromPoint(e.clientX, e.clientY);
      return under && under.closest('.bead');
    };
    const drag = (e) => {
      if (over) over.classList.remove('over');
      over = rowAt(e);
      if (over) over.classList.add('over');
      const edge = 60;
      if (e.clientY > innerHeight - edge) scrollBy(0, 20);
      else if (e.clientY < edge * 2) scrollBy(0, -20);
    };
    const drop = (e) => {
      removeEventListener('pointermove', drag);
      removeEventListener('pointerup', drop);
      removeEventListener('pointercancel', drop);
      if (over) over.classList.remove('over');
      if (e.type === 'pointerup' && over && over.bead !== from.bead)
        move(place(from.bead), from.side, from.at, place(over.bead));
    };
    event.preventDefault();
    if (event.target.hasPointerCapture(event.pointerId)) // a finger's, else none moves
      event.target.releasePointerCapture(event.pointerId);
    addEventListener('pointermove', drag);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', drop);
  });

  addEventListener('beforeunload', (event) => {
    if (!isSaved) event.preventDefault();
  });

  /* ---- the page opens ---- */

  const fill = () => {
    document.title = text('title');
    document.getElementById('title').textContent = text('title');
    document.getElementById('source-name').textContent = sides[0].name;
    document.getElementById('target-name').textContent = sides[1].name;
    for (const node of document.querySelectorAll('[data-text]'))
      node.textContent = text(node.dataset.text);
    for (const node of document.querySelectorAll('[data-label]')) {
      node.setAttribute('aria-label', text(node.dataset.label));
      if (node.matches('button')) node.title = text(node.dataset.label);
    }
    const shown = [['↑ ↓', 'key_step'], ['← →', 'key_side'], ['n p', 'key_doubtful'],
      ['␣', 'confirm'], ['↵', 'key_next'], ['m', 'merge'], ['s', 'split'],
      ['Alt ↑', 'up'], ['Alt ↓', 'down'], ['Ctrl Z', 'undo'], ['Ctrl Y', 'redo'],
      ['Ctrl S', 'save_beads']];
    for (const [name, word] of shown) {
      const term = document.createElement('dt'), what = document.createElement('dd');
      term.append(Object.assign(document.createElement('kbd'), { textContent: name }));
      what.textContent = text(word);
      document.getElementById('key-list').append(term, what);
    }
  };

  const press = (id, action) => document.getElementById(id).addEventListener('click', action);
  press('next', () => goDoubtful(1));
  press('previous', () => goDoubtful(-1));
  press('undo', undo);
  press('redo', redo);
  press('help', everywhere['?']);
  for (const format of Object.keys(formats)) press(`save-${format}`, () => save(format));

  fill();
  if (beads.length > 0) restore();
  showCounts();
  if (beads.length === 0) return;
  list.setAttribute('aria-busy', 'true');
  makeMore();
  setCurrent(current, false);
})();
