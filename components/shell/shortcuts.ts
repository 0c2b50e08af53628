import { places, wallPlace } from './places.ts'

/** The command of a key press. `pending` waits for the second key of `g …`. */
type Command =
  | { do: 'go'; href: string }
  | { do: 'find' }
  | { do: 'filter' }
  | { do: 'help' }
  /** opens the clock */
  | { do: 'clock' }
  /** the clock back to now */
  | { do: 'now' }
  /** the next or the previous row of the page's lists */
  | { do: 'row'; step: 1 | -1 }
  /** the control of the page that this key presses */
  | { do: 'press'; key: ControlKey }
  | { do: 'pending' }
  | { do: 'nothing' }

/** Keys that press a control, which bears them as `data-key`: acknowledge, ticket. */
const controlKeys = ['a', 't'] as const
export type ControlKey = (typeof controlKeys)[number]

/** Maps a key press to its command; `pending` = `g` was pressed just before. */
export function commandOf(key: string, pending: boolean): Command {
  if (pending) {
    const place = [wallPlace, ...places.map((one) => one.place)].find((candidate) => candidate.key === key)
    return place ? { do: 'go', href: place.href } : { do: 'nothing' }
  }
  if (key === 'g') return { do: 'pending' }
  if (key === '/') return { do: 'find' }
  if (key === 'f') return { do: 'filter' }
  if (key === '?') return { do: 'help' }
  if (key === '.') return { do: 'clock' }
  if (key === 'n') return { do: 'now' }
  if (key === 'j' || key === 'k') return { do: 'row', step: key === 'j' ? 1 : -1 }
  const control = controlKeys.find((known) => known === key)
  if (control) return { do: 'press', key: control }
  return { do: 'nothing' }
}

/** Whether a key press belongs to an input field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role=combobox], [role=textbox], [role=searchbox], [role=spinbutton]')) return true
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

/** Whether a dialog, a popover or a menu is open: the keys are meant for that, and it handles Escape itself. */
export const isOverlaid = (): boolean =>
  document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null
