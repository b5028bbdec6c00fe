/* review.js -- goes through a page of `calque align --format=html` as a person would, by keys
 * and pointer alone, and leaves what it saw in <pre id="report">. Put after the page's own script
 * by review.sh, over six sentences a side that are aligned one to one. */
(async () => {
  const lines = [];
  const is = (what, found, wanted) => lines.push(
    found === wanted ? `ok ${what}` : `not ok ${what}: ${found} instead of ${wanted}`);
  const rows = () => [...document.querySelectorAll('.bead')];
  const shape = () => rows().map((row) => [...row.querySelectorAll('.side')]
    .map((side) => side.querySelectorAll('.sentence:not(.none)').length).join('-')).join(' ');
  const key = (name, more = {}) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
  const sentence = (row, side, at) =>
    rows()[row].querySelectorAll('.side')[side].children[at];
  const focus = (row, side, at = 0) => sentence(row, side, at).focus();
  const pick = (id) => document.getElementById(id).click();
  const said = () => document.getElementById('said').textContent;
  let blob = null;
  URL.createObjectURL = (it) => {
    blob = it;
    return '#';
  };
  const saved = async (format) => {
    pick(`save-${format}`);
    return blob.text();
  };

  is('one bead a row', shape(), '1-1 1-1 1-1 1-1 1-1 1-1');
  is('one tab stop in the list', document.querySelectorAll('[tabindex="0"]').length, 1);
  is('no name is missing', document.querySelectorAll('[aria-label=""], button:empty').length, 0);
  is('no word is missing', /page_|undefined|\{\w+\}/.test(document.body.innerText), false);
  is('the language of the text', rows()[0].querySelectorAll('.side')[1].lang, 'ar');
  is('its direction', getComputedStyle(rows()[0].querySelectorAll('.side')[1]).direction, 'rtl');

  focus(0, 0);
  key('ArrowDown');
  is('down', document.activeElement, sentence(1, 0, 0));
  key('ArrowRight');
  is('across', document.activeElement, sentence(1, 1, 0));
  key('m');
  is('merge', shape(), '1-1 2-2 1-1 1-1 1-1');
  is('what was done is said', said().includes('2–3'), true);
  is('who did it shows', rows()[1].classList.contains('fixed'), true);
  key('ArrowDown');
  key('s');
  is('split', shape(), '1-1 1-1 1-1 1-1 1-1 1-1');
  key('z', { ctrlKey: true });
  key('z', { ctrlKey: true });
  is('undo', shape() + rows()[1].classList.contains('fixed'), '1-1 1-1 1-1 1-1 1-1 1-1false');
  key('y', { ctrlKey: true });
  is('redo', shape(), '1-1 2-2 1-1 1-1 1-1');
  focus(1, 0, 1);
  key('ArrowDown', { altKey: true });
  is('move down', shape(), '1-1 1-2 2-1 1-1 1-1');
  focus(2, 1);
  key('ArrowUp', { altKey: true });
  is('move up', shape(), '1-1 1-3 2-0 1-1 1-1');
  is('a side left alone is doubtful', rows()[2].classList.contains('doubtful'), true);
  key('z', { ctrlKey: true });
  focus(0, 0);
  key('s');
  is('part', shape(), '1-0 0-1 1-2 2-1 1-1 1-1');
  key('n');
  is('next doubtful', document.activeElement.closest('.bead'), rows()[1]);
  key(' ');
  is('confirm', rows()[1].classList.contains('fixed'), true);
  key('z', { ctrlKey: true });
  key('z', { ctrlKey: true });
  is('undone', shape(), '1-1 1-2 2-1 1-1 1-1');
  focus(4, 0);
  const grip = sentence(4, 0, 0).querySelector('.grip'), to = rows()[2].getBoundingClientRect();
  const pointer = (node, name, x, y) => node.dispatchEvent(new PointerEvent(name,
    { clientX: x, clientY: y, bubbles: true, cancelable: true, pointerId: 1 }));
  pointer(grip, 'pointerdown', 0, 0);
  pointer(window, 'pointermove', to.x + 20, to.y + 10);
  pointer(window, 'pointerup', to.x + 20, to.y + 10);
  is('drag over a bead between', shape(), '1-1 1-2 4-1 0-1 0-1');
  document.querySelector('#tools [data-do="down"]').click();
  is('the tools do what the keys do', document.activeElement.classList.contains('sentence'), true);
  pick('undo');
  pick('undo');

  const beads = await saved('beads');
  is('beads', beads.split('\n')[1], '[1]:[1,2]:1.00:fixed');
  is('all beads', beads.trim().split('\n').length, 5);
  is('TSV', (await saved('tsv')).split('\n')[1].split('\t').length, 3);
  const tmx = new DOMParser().parseFromString(await saved('tmx'), 'text/xml');
  is('TMX', tmx.querySelectorAll('tu').length, 5);
  is('TMX says what a "<" is', tmx.querySelector('seg').textContent.includes('<b>'), true);
  is('the file is called as the text', said().includes('a.tmx'), true);

  const report = document.createElement('pre');
  report.id = 'report';
  report.textContent = `\n${lines.join('\n')}\nend\n--\n${beads}--\n`;
  document.body.append(report);
})().catch((failure) => document.body.append(String(failure.stack)));
