/**
 * Stands first in a long form: the browser's "press the first button" on Enter in a one-line field meets a button that cannot be pressed, and nothing half written is
 * sent. Holds without JavaScript too.
 */
export function NoEnter() {
  return <button type="submit" disabled hidden />;
}
