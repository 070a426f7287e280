// What was typed in a form and not yet received, kept in this browser by account, page and form.

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

type KeptControl = { typed: string; base: string };
export type KeptWords = { savedAt: string; controls: Record<string, KeptControl> };

export const PREFIX = 'ledger-words:';
const KEPT_DAYS = 30;
/** Rides along in what is sent, so that the words can be forgotten once they are received; never leaves the browser. */
export const KEPT_FIELD = 'keptWords';
/** On a form, or a part of it, whose words are kept in another way. */
export const KEEPS_OWN = 'data-keeps-own-words';

/** Hidden fields that say what a form is about: one thing, or many and what is to be done with them. */
const ABOUT = /Id$|^ids$|^do$/;
const TYPED_INPUTS = ['text', 'search', 'tel', 'url', 'email', 'number', 'date', 'month', 'checkbox', 'radio'];

const isBox = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio');

const oneLine = (text: string) => text.replace(/\r\n?/g, '\n');

/** Name of a control within its form; boxes of one name are told apart by what they stand for. */
export const nameOf = (control: Control) => (isBox(control) ? `${control.name}=${control.value}` : control.name);

export const typedIn = (control: Control) => (isBox(control) ? (control.checked ? 'on' : '') : control.value);

/** What the server holds: a browser may itself bring back what was typed. */
export function baseOf(control: Control): string {
  if (isBox(control)) return control.defaultChecked ? 'on' : '';
  if (!(control instanceof HTMLSelectElement)) return oneLine(control.defaultValue);
  return [...control.options].find((option) => option.defaultSelected)?.value ?? control.options[0]?.value ?? '';
}

export const labelOf = (control: Control) =>
  control.labels?.[0]?.textContent?.replace(/\*$/, '').trim() ?? control.name;

/** What was typed, as a person reads it. */
export function shownAs(control: Control, typed: string): string {
  if (isBox(control)) return typed === 'on' ? '已勾选' : '未勾选';
  if (!(control instanceof HTMLSelectElement)) return typed === '' ? '（空）' : typed;
  return [...control.options].find((option) => option.value === typed)?.text ?? typed;
}

export const isChanged = (control: Control) => typedIn(control) !== baseOf(control);

/** Controls a person fills in, in their order; those of parts that keep their own words left out. */
export function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (element): element is Control =>
      (element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement ||
        (element instanceof HTMLInputElement && TYPED_INPUTS.includes(element.type))) &&
      element.name !== '' &&
      !element.disabled &&
      element.closest(`[${KEEPS_OWN}]`) === null,
  );
}

/** Fills a control in as a person would, so that whatever listens to it hears of it. */
export function fill(control: Control, text: string): void {
  if (isBox(control)) {
    if (typedIn(control) !== text) control.click();
    return;
  }
  // React watches a control's own `value`; only what is set past it is heard as typed.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), 'value')?.set?.call(control, text);
  control.dispatchEvent(new Event(control instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
}

/** What was kept, and what was typed before it could be brought back: neither is lost. */
export function bothOf(kept: string, control: Control): string {
  if (!isChanged(control)) return kept;
  return control instanceof HTMLTextAreaElement ? `${kept}\n${control.value}` : typedIn(control);
}

/** Whose page this is, by its id; none where nobody is signed in. */
export const pageAccount = () => document.querySelector<HTMLElement>('[data-account]')?.dataset.account;

/** Which form this is: by the page, by what it is about, and by what it asks for; null where nobody is signed in. */
export function keyOf(form: HTMLFormElement): string | null {
  const account = pageAccount();
  if (!account) return null;
  const about = [...form.elements]
    .filter((element) => element instanceof HTMLInputElement && element.type === 'hidden' && ABOUT.test(element.name))
    .map((element) => `${(element as HTMLInputElement).name}=${(element as HTMLInputElement).value}`);
  // Two forms about one thing may both ask for a reason: the label tells which.
  const asked = controlsOf(form).map((control) =>
    control instanceof HTMLTextAreaElement ? control.name + labelOf(control) : control.name,
  );
  return `${PREFIX}${account}:${window.location.pathname}:${about.join('&')}:${[...new Set(asked)].join('&')}`;
}

export function readWords(key: string): KeptWords | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as KeptWords | null;
    return kept && typeof kept.controls === 'object' && !isOld(kept.savedAt) ? kept : null;
  } catch {
    return null; // unreadable, or a browser that keeps nothing
  }
}

export function writeWords(key: string, words: KeptWords | null): void {
  try {
    if (words) localStorage.setItem(key, JSON.stringify(words));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing: the form works all the same.
  }
}

export const basesOf = (form: HTMLFormElement) =>
  new Map(controlsOf(form).map((control) => [nameOf(control), baseOf(control)]));

/** What differs from what the server held, and what is kept beside it; null where nothing does. */
export function wordsOf(
  form: HTMLFormElement,
  bases: ReadonlyMap<string, string>,
  aside: KeptWords['controls'],
): KeptWords | null {
  const changed = controlsOf(form)
    .map((control) => ({
      name: nameOf(control),
      typed: typedIn(control),
      base: bases.get(nameOf(control)) ?? baseOf(control),
    }))
    .filter(({ typed, base }) => typed !== base);
  const controls = { ...aside, ...Object.fromEntries(changed.map(({ name, ...words }) => [name, words])) };
  return Object.keys(controls).length === 0 ? null : { savedAt: new Date().toISOString(), controls };
}

export const isOld = (instant: string) => Date.now() - new Date(instant).getTime() > KEPT_DAYS * 86_400_000;

/** Saves a little after the last key, or at once where the page is left. */
export function savingLater(save: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drop = () => {
    clearTimeout(timer);
    const wasDue = timer !== undefined;
    timer = undefined;
    return wasDue;
  };
  return {
    later: () => {
      drop();
      timer = setTimeout(() => {
        timer = undefined;
        save();
      }, 400);
    },
    atOnce: () => {
      if (drop()) save();
    },
    drop,
  };
}

/** Forgets what nobody came back for. */
export function sweepWords(): void {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(PREFIX) && readWords(key) === null) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing.
  }
}

/** An instant as it is told beside what was kept. */
export const momentWords = (instant: string) =>
  new Date(instant).toLocaleString('zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
