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
 * The keys of lists, on a wall: `j`, `k` and the arrows go through the tiles of what is not up, through all where all is well; Enter
 * follows the tile's link, `a` acknowledges its incident, `n` goes back to now.
 */
export function pressOnWall({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): void {
  if (altKey || ctrlKey || metaKey) return
  const step = steps[key]
  if (step) focusRow(step, document.querySelector(TROUBLED) ? TROUBLED : undefined)
  else if (key === 'a') pressControl('a')
  else if (key === 'n') document.querySelector<HTMLElement>('.wall-past a')?.click()
}
