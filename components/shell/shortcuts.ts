import { allPages, wallPage } from './navigation-pages.ts'

/** Command that a key press triggers. `pending` waits for the second key of a shortcut such as `g i`. */
type Command =
  | { do: 'go'; href: string }
  | { do: 'find' }
  | { do: 'filter' }
  | { do: 'help' }
  /** opens the clock panel */
  | { do: 'clock' }
  /** sets the page time back to now */
  | { do: 'now' }
  /** moves to the next or previous row in the page's lists */
  | { do: 'row'; step: 1 | -1 }
  /** presses the control of the page that has this key */
  | { do: 'press'; key: PageControlKey }
  | { do: 'pending' }
  | { do: 'nothing' }

/** Keys that press a control with the same `data-key`: `a` = acknowledge, `t` = ticket. */
const controlKeys = ['a', 't'] as const
export type PageControlKey = (typeof controlKeys)[number]

/**
 * Returns the command of a key press.
 * @param pending whether `g` was pressed immediately before
 */
export function findShortcutCommand(key: string, pending: boolean): Command {
  if (pending) {
    const place = [wallPage, ...allPages.map((one) => one.place)].find((candidate) => candidate.key === key)
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

/** Reports whether a key press is input for a text field or another control, and not a shortcut. */
export function isTextInputTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role=combobox], [role=textbox], [role=searchbox], [role=spinbutton]')) return true
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

/**
 * Reports whether a dialog, popover or menu is open. Key presses are then not shortcuts; the open element handles them,
 * including Escape.
 */
export const isOverlayOpen = (): boolean =>
  document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null
