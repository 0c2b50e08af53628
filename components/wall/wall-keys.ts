import { wordTable } from '#lib/bgp/word-table.ts'
import { focusRow, pressControl } from '../shell/rows.ts'

const TROUBLED = '.wall-tile:not([data-state=up], [data-state=silent])'
const steps: Readonly<Record<string, 1 | -1>> = wordTable({
  j: 1,
  ArrowDown: 1,
  ArrowRight: 1,
  k: -1,
  ArrowUp: -1,
  ArrowLeft: -1,
})

/**
 * Handles the same keys as in lists. `j`, `k` and the arrow keys move through the tiles with problems, or through all
 * tiles if there are none. Enter opens the tile's link, `a` acknowledges its incident, `n` returns to now.
 */
export function pressOnWall({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): void {
  if (altKey || ctrlKey || metaKey) return
  const step = steps[key]
  if (step) focusRow(step, document.querySelector(TROUBLED) ? TROUBLED : undefined)
  else if (key === 'a') pressControl('a')
  else if (key === 'n') document.querySelector<HTMLElement>('.wall-past a')?.click()
}
