import { useState } from 'react'
import type { WallTile } from '#lib/overview/api/index.ts'

/** Acknowledges the open incident of a tile; it is seen while the tile has the focus or the pointer. */
export function WallAcknowledge({ tile }: { tile: WallTile }) {
  /** why it was not acknowledged; '' = it is being sent, or was */
  const [fault, setFault] = useState<string | null>(null)
  const acknowledge = async (button: HTMLElement) => {
    setFault('')
    // loaded when it is first needed: most walls have nobody at them
    const { acknowledgeOnWall } = await import('./acknowledge-on-wall.ts')
    setFault(await acknowledgeOnWall(button, tile))
  }
  return (
    <span className="wall-acknowledge">
      <span role="status">{fault}</span>
      <button
        type="button"
        data-key="a"
        aria-label={`Acknowledge ${tile.name}`}
        disabled={fault === ''}
        onClick={({ currentTarget }) => void acknowledge(currentTarget)}
      >
        Acknowledge
      </button>
    </span>
  )
}
