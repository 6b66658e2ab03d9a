'use strict';
// What links, forms and htmx alone cannot do. All is listened for on the document, so swapped fragments need no set-up.

const on = (name, act, capture = false) => document.addEventListener(name, act, capture);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
document.documentElement.classList.add('js');

// "/" goes to the search, unless somebody is typing.
on('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target.closest('input, select, textarea')) return;
  event.preventDefault();
  document.querySelector('.bar [type=search]')?.focus();
});

// Pickers: a text field whose list follows the typing. What is chosen goes into the picker's hidden field.
function pickerOf(node) {
  const box = node.closest?.('.picker');
  const [field, list, hidden] = ['[role=combobox], textarea', '[role=listbox]', '[type=hidden]'].map((part) => box?.querySelector(part));
  return box && { box, field, list, hidden, options: all('[role=option]', list) };
}
const onPicker = (name, act, capture) => on(name, (event) => { const picker = pickerOf(event.target); if (picker) act(event, picker); }, capture);
function show({ field, list, options }, open, marked = null) {
  list.hidden = !open;
  if (field.hasAttribute('aria-expanded')) field.setAttribute('aria-expanded', open);  // a comment's text field has none
  options.forEach((option, n) => { option.id = `${list.id}_${n}`; option.setAttribute('aria-selected', option === marked); });
  field.setAttribute('aria-activedescendant', marked?.id ?? '');
  marked?.scrollIntoView({ block: 'nearest' });
}
onPicker('keydown', (event, picker) => {
  if (event.target !== picker.field || event.isComposing || event.keyCode === 229) return;  // Enter that ends a conversion picks nothing
  const { list, options } = picker, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  if (step && options.length) show(picker, true, options.at((at < 0 && step < 0 ? at : at + step) % options.length));
  else if (event.key === 'Enter' && !list.hidden && at >= 0) options[at].click();
  else if (event.key === 'Escape' && !list.hidden) show(picker, false);
  else return;
  event.preventDefault(); event.stopPropagation();
}, true);
onPicker('mousedown', (event) => { if (event.target.closest('[role=option]')) event.preventDefault(); });  // the field keeps the focus
onPicker('click', (event, picker) => {
  if (event.target === picker.field && picker.options.length) show(picker, true);
  const option = event.target.closest('[role=option]');
  if (option && !('value' in option.dataset)) show(picker, false);  // it does something of its own
  if (!option || !('value' in option.dataset)) return;
  event.preventDefault();
  picker.field.value = option.dataset.text ?? option.textContent.trim();
  picker.hidden.value = option.dataset.value;
  picker.box.dataset.chosen = picker.field.value;
  show(picker, false);
  if (picker.field.matches('textarea')) picker.list.replaceChildren();  // arrows move the caret again
  picker.hidden.dispatchEvent(new Event('change', { bubbles: true }));
});
onPicker('input', ({ target }, { field, hidden }) => { if (target === field && hidden) hidden.value = ''; });
onPicker('focusout', ({ relatedTarget }, picker) => { if (!picker.box.contains(relatedTarget)) show(picker, false); });
onPicker('htmx:afterSwap', ({ target }, picker) => {
  if (target !== picker.list || document.activeElement !== picker.field) return;
  if (picker.hidden?.value && picker.field.value === picker.box.dataset.chosen) return;  // an answer that comes too late
  show(picker, target.childElementCount > 0, picker.field.value ? picker.options[0] : null);
});

// Menus close when one clicks elsewhere, and on Escape.
on('click', ({ target }) => all('.menu[open]').forEach((menu) => { if (target === menu || !menu.contains(target)) menu.open = false; }));
on('keydown', ({ key }) => { if (key === 'Escape') all('.menu[open]').forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); }); });

// A form under way is not sent twice. A download leaves the page standing, so the form is free again after a while.
const free = (form) => form.removeAttribute('aria-busy');
on('submit', (event) => {
  if (event.target.getAttribute('method')?.toLowerCase() !== 'post') return;
  if (event.target.hasAttribute('aria-busy')) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  event.target.setAttribute('aria-busy', 'true');
  setTimeout(free, 15000, event.target);
}, true);
on('htmx:afterRequest', ({ detail }) => { if (detail.requestConfig?.triggeringEvent?.type === 'submit') free(detail.elt); });

// After a refusal the first wrong field has the focus; an answer that is none (live totals) leaves it where it is.
const meet = (region) => region.querySelector('[aria-invalid=true]')?.focus();
meet(document);
on('htmx:afterSettle', ({ detail }) => { if ([409, 422].includes(detail.xhr?.status)) meet(detail.elt); });

// Lists: choose all, and say how many are chosen.
function count(list) {
  const boxes = all('tbody .pick [type=checkbox]', list), chosen = boxes.filter((box) => box.checked).length;
  all('[data-select-all]', list).forEach((box) => { box.checked = chosen > 0; box.indeterminate = chosen > 0 && chosen < boxes.length; });
  all('[data-selected]', list).forEach((place) => { place.textContent = chosen; });
}
on('change', ({ target }) => {
  if (target.matches('[data-select-all]')) all('.pick [type=checkbox]', target.closest('table')).forEach((box) => { box.checked = target.checked; });
  all('.list').forEach(count);
});
window.addEventListener('pageshow', () => { all('form[aria-busy]').forEach(free); all('.list').forEach(count); });

// Toasts: closed by their button; what is no error goes by itself after 8 s in which nobody pointed at it.
on('click', ({ target }) => target.closest('.toast button')?.closest('.toast').remove());
const idle = '.toast:not([data-tone=bad], :hover, :focus-within)';
const grow = (toast) => { toast.age = (toast.age ?? 0) + !document.hidden; if (toast.age > 8) toast.remove(); };
setInterval(() => all(idle).forEach(grow), 1000);
function fail(word, reference) {
  const { content, dataset } = document.getElementById('failed-toast');
  document.getElementById('toasts').append(content.cloneNode(true));
  document.querySelector('.toast:last-child p').append(dataset[word], reference ? ` ${dataset.reference} ${reference}` : '');
}
on('htmx:responseError', ({ detail }) => fail('failed', detail.xhr.getResponseHeader('X-Reference')));
on('htmx:sendError', () => fail('unreachable'));

// A placeholder goes to where the caret last stood in the subject or message.
let written = null;
on('focusin', ({ target }) => { if (target.matches('[data-fill]')) written = target; });
on('click', (event) => {
  const { form, value } = event.target.closest('button[name=insert]') ?? {};
  if (!form) return;
  event.preventDefault();
  const field = written?.form === form ? written : form.querySelector('textarea[data-fill]');
  const [start, end] = field === written ? [field.selectionStart, field.selectionEnd] : [field.value.length, field.value.length];
  field.setRangeText(`%${value}%`, start, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  event.target.closest('.menu').open = false;
  field.focus();
});

// The board of deals: Alt with an arrow, or dragging, does what its select and Move do.
function send(deal, stage) {
  const select = deal?.querySelector('select');
  if (!select || stage < 0 || stage >= select.length || stage === select.selectedIndex) return;
  select.selectedIndex = stage;
  select.form.requestSubmit();
}
on('keydown', (event) => {
  const step = event.altKey && { ArrowRight: 1, ArrowLeft: -1 }[event.key], deal = event.target.closest('.deal');
  if (!step || !deal) return;
  event.preventDefault();
  send(deal, deal.querySelector('select')?.selectedIndex + step);
});
let dragged = null;
on('dragstart', ({ target }) => { dragged = target.closest?.('.deal'); });
on('dragover', (event) => { if (dragged && event.target.closest('[data-stage]')) event.preventDefault(); });
on('drop', (event) => {
  const { stage } = event.target.closest('[data-stage]')?.dataset ?? {};
  if (dragged && stage) { event.preventDefault(); send(dragged, [...dragged.querySelector('select').options].findIndex(({ value }) => value === stage)); }
  dragged = null;
});
