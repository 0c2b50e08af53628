/** Text that the user typed while the palette was loading, and whether they then pressed Enter. */
interface Ahead {
  text: string
  entered: boolean
}

/**
 * Maximum time in ms for which key presses are captured while the palette is loading. Afterwards, key presses reach the
 * page again.
 */
const PATIENCE_MS = 15_000
let patience: ReturnType<typeof setTimeout> | undefined

let isKeeping = false
let ahead: Ahead = { text: '', entered: false }

function take(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === 'Escape') return stopTypingAhead()
  if (event.key === 'Enter') ahead = { ...ahead, entered: ahead.text !== '' }
  else if (event.key === 'Backspace') ahead = { ...ahead, text: ahead.text.slice(0, -1) }
  else if (event.key.length === 1) ahead = { ...ahead, text: ahead.text + event.key }
  else return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/**
 * Starts to capture key presses for the palette while it is loading. On a slow machine, they would otherwise reach the
 * page: typing would scroll it, and Enter would open a row.
 */
export function startTypeAhead(): void {
  ahead = { text: '', entered: false }
  isKeeping = true
  document.addEventListener('keydown', take, { capture: true })
  clearTimeout(patience)
  patience = setTimeout(stopTypingAhead, PATIENCE_MS)
}

/** Stops capturing key presses. */
function stopTypingAhead(): void {
  isKeeping = false
  document.removeEventListener('keydown', take, { capture: true })
}

/** Returns the text captured since the call of {@link startTypeAhead}. */
export const readTypeAhead = (): Ahead => ahead

/**
 * Returns the captured text and stops capturing. The palette calls it when it is loaded, because it then receives key
 * presses itself.
 * @returns null if capturing has already stopped
 */
export function endTypeAhead(): Ahead | null {
  if (!isKeeping) return null
  stopTypingAhead()
  return ahead
}
