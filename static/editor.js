'use strict';
// The message of a mail, written with formatting: a page in front of the text field, which does without it as well.
// What it holds goes along as HTML in the field `rich` (cleaned by the server), and as text where it always was.

(() => {
  const listen = (name, act, capture = false) => document.addEventListener(name, act, capture);
  let last = null;   // where the caret last stood on a page
  let here = null;   // the page or field that was last written in

  function paragraphs(text) {
    return text.split(/\n\n/).map((lines) => {
      const paragraph = document.createElement('p');
      lines.split('\n').forEach((line, n) => paragraph.append(...(n ? [document.createElement('br')] : []), line));
      if (!paragraph.textContent) paragraph.append(document.createElement('br'));
      return paragraph;
    });
  }

  function setUp(template) {
    const form = template.closest('form'), text = form.querySelector('textarea[name=message]'), rich = form.querySelector('[name=rich]');
    const editor = template.content.firstElementChild.cloneNode(true), page = editor.querySelector('[contenteditable]');
    page.dataset.link = template.dataset.link;
    if (rich.value) page.innerHTML = rich.value;
    else page.replaceChildren(...paragraphs(text.value));
    rich.disabled = !rich.value;
    const label = form.querySelector(`label[for="${text.id}"]`);
    label.id = `${text.id}_label`;
    label.addEventListener('click', () => page.focus());
    page.setAttribute('aria-labelledby', label.id);
    for (const name of ['aria-invalid', 'aria-describedby']) {
      if (text.hasAttribute(name)) page.setAttribute(name, text.getAttribute(name));
      text.removeAttribute(name);
    }
    const wasMet = document.activeElement === text;
    text.hidden = true;
    template.replaceWith(editor);
    if (wasMet) page.focus();
    page.addEventListener('input', () => {
      rich.disabled = false;
      text.value = page.innerText.replace(/\n{3,}/g, '\n\n').trim();
      rich.value = text.value ? page.innerHTML : '';
    });
  }

  const setUpAll = () => document.querySelectorAll('template#editor').forEach(setUp);
  setUpAll();
  listen('htmx:load', setUpAll);
  document.execCommand('defaultParagraphSeparator', false, 'p');
  document.execCommand('styleWithCSS', false, false);

  // --- the caret -------------------------------------------------------------------------------------------------

  const pageOf = (node) => (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest('.editor [contenteditable]');
  listen('focusin', ({ target }) => { if (target.matches('.editor [contenteditable], [data-fill]')) here = target; });
  listen('selectionchange', () => {
    const selection = document.getSelection(), page = pageOf(selection.anchorNode);
    if (!page) return;
    last = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    page.closest('.editor').querySelectorAll('[aria-pressed]').forEach((button) => button.setAttribute('aria-pressed', document.queryCommandState(button.dataset.do)));
  });
  function backTo(page) {
    page.focus();
    const selection = document.getSelection();
    if (last && pageOf(last.startContainer) === page) { selection.removeAllRanges(); selection.addRange(last); }
    else { selection.selectAllChildren(page); selection.collapseToEnd(); }
    return selection;
  }

  // --- what the buttons do -----------------------------------------------------------------------------------------

  function link(page) {
    const typed = prompt(page.dataset.link, 'https://')?.trim();
    if (!typed || typed === 'https://') return;
    const selection = backTo(page), address = /^(https?:|mailto:|tel:)/i.test(typed) ? typed : `https://${typed}`;
    if (!selection.isCollapsed) { document.execCommand('createLink', false, address); return; }
    const anchor = Object.assign(document.createElement('a'), { href: address, textContent: typed });
    document.execCommand('insertHTML', false, anchor.outerHTML);
  }
  listen('mousedown', (event) => { if (event.target.closest('.editor [data-do]')) event.preventDefault(); });  // the selection stays
  listen('click', ({ target }) => {
    const button = target.closest('.editor [data-do]'), page = button?.closest('.editor').querySelector('[contenteditable]');
    if (!page) return;
    if (button.dataset.do === 'link') { link(page); return; }
    backTo(page);
    document.execCommand(button.dataset.do);
  });
  listen('click', (event) => {  // a placeholder goes to the caret; app.js does it for the other fields
    const button = event.target.closest('button[name=insert]'), page = button?.form.querySelector('.editor [contenteditable]');
    if (!page || (here !== page && here?.form === button.form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.closest('.menu').open = false;
    backTo(page);
    document.execCommand('insertText', false, `%${button.value}%`);
  }, true);
  listen('paste', (event) => {
    const page = pageOf(event.target);
    if (!page) return;
    event.preventDefault();
    document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  });
})();
