import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { focusNeighborRow, pressControlByKey } from '../shell/row-focus.ts'

const TROUBLED = '.wall-tile:not([data-state=up], [data-state=silent])'
const steps: Readonly<Record<string, 1 | -1>> = createSafeLookupTable({
  j: 1,
  ArrowDown: 1,
  ArrowRight: 1,
  k: -1,
  ArrowUp: -1,
  ArrowLeft: -1,
})

/**
 * Handles the keys of a wall display. They have the same meaning as in the lists of other pages. `j`, `k` and the arrow
 * keys move the focus through the tiles with problems, or through all tiles if there are no problems. `a` acknowledges
 * the incident of the tile with the focus. `n` returns from the past to now. Enter opens the link of the tile (done by
 * the browser).
 */
export function handleWallKey({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): void {
  if (altKey || ctrlKey || metaKey) return
  const step = steps[key]
  if (step) focusNeighborRow(step, document.querySelector(TROUBLED) ? TROUBLED : undefined)
  else if (key === 'a') pressControlByKey('a')
  else if (key === 'n') document.querySelector<HTMLElement>('.wall-past a')?.click()
}
