/** What was typed while the palette was still loading, and whether Enter came after it. */
interface Ahead {
  text: string
  entered: boolean
}

/** A palette that does not come gives the keys back. */
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

/** From now on keys are kept for the palette: on a slow machine they would scroll the page, and Enter open a row of it. */
export function typeAhead(): void {
  ahead = { text: '', entered: false }
  isKeeping = true
  document.addEventListener('keydown', take, { capture: true })
  clearTimeout(patience)
  patience = setTimeout(stopTypingAhead, PATIENCE_MS)
}

/** Keys are the palette's own again. */
function stopTypingAhead(): void {
  isKeeping = false
  document.removeEventListener('keydown', take, { capture: true })
}

/** What was kept since {@link typeAhead}. */
export const typedAhead = (): Ahead => ahead

/** The same, once: keys are the palette's own from now on. Null = it has them already. */
export function takeTypedAhead(): Ahead | null {
  if (!isKeeping) return null
  stopTypingAhead()
  return ahead
}
