import type { WallState, WallTileHistory } from '#lib/contract/index.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { dayWords } from './wall-words.ts'

/** States differ by height, without colour: the worse, the higher. What is not known is a frame, what is planned a half bar. */
const heights: Record<WallState, number> = { up: 3, degraded: 7, down: 10, unknown: 10, maintenance: 5 }

/** The last 24 hours of a tile: its states, and above them its traffic where there is room. */
export function Day({ history, now }: { history: WallTileHistory; now: WallState }) {
  const { traffic } = history
  // the piece that goes on is as bad as the tile is now
  const states = history.states.with(-1, now === 'up' ? (history.states.at(-1) ?? now) : now)
  // the rates of the piece that goes on are not known before its half
  const known = Math.max(1, states.length - Number(traffic?.fromAzureBitsPerSecond.at(-1) == null))
  const rates = [...(traffic?.toAzureBitsPerSecond ?? []), ...(traffic?.fromAzureBitsPerSecond ?? [])]
  const most = Math.max(0, ...rates.map((rate) => rate ?? 0))
  return (
    <div className="wall-day">
      {traffic && most > 0 && (
        <Sparkline
          className="wall-traffic"
          style={{ width: `${(known / states.length) * 100}%` }}
          toAzure={traffic.toAzureBitsPerSecond.slice(0, known)}
          fromAzure={traffic.fromAzureBitsPerSecond.slice(0, known)}
          most={most}
          title="Traffic of the last 24 hours, to Azure above and from Azure below"
        />
      )}
      <svg
        role="img"
        aria-label={dayWords(states)}
        viewBox={`0 0 ${states.length} 10`}
        preserveAspectRatio="none"
        className="wall-strip"
      >
        {states.map((state, piece) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
            key={piece}
            data-state={state}
            x={piece + 0.08}
            width={0.84}
            y={10 - heights[state]}
            height={heights[state]}
          />
        ))}
      </svg>
    </div>
  )
}
