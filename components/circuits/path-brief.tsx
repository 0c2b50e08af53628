import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { countedTraffic } from '#lib/circuits/api/counted-traffic.ts'
import { formatBitRate } from '../format/quantity.ts'
import { Status } from '../ui/status.tsx'
import { Since } from '../ui/times/time.tsx'
import { pathStatus, unconfirmedWords } from '../ui/words.ts'

/** One path in a cell: its state, for how long it is no better, and what its traffic lacks; the rates have columns of their own. */
export function PathBrief({ path }: { path: CircuitPathView | undefined }) {
  if (!path) return <span className="text-ink-3">none</span>
  const counted = countedTraffic(path)
  const wrong = path.state === 'down' || path.state === 'degraded'
  return (
    <span className="flex flex-col">
      <span className="flex flex-wrap items-center gap-x-2 [&>*]:whitespace-nowrap">
        <Status {...pathStatus(path.state)} />
        {wrong && path.since && <Since bounds={path.since} until={path.unconfirmedSince} brief />}
      </span>
      {path.unconfirmedSince && <span className="text-xs text-ink-2">{unconfirmedWords(path.unconfirmedSince)}</span>}
      {path.layers.traffic !== 'moving' && (
        <span className="text-xs whitespace-nowrap text-ink-3">traffic {path.layers.traffic}</span>
      )}
      {counted && <span className="text-xs text-ink-2">{counted}</span>}
    </span>
  )
}

/** A path's traffic: `212 Mb/s in, 120 Mb/s out`, or `quiet`. */
export function pathTrafficWords({ layers, bitsInPerSecond, bitsOutPerSecond }: CircuitPathView): string {
  if (layers.traffic === 'quiet') return 'quiet'
  if (bitsInPerSecond === null || bitsOutPerSecond === null) return 'traffic unknown'
  return `${formatBitRate(bitsInPerSecond)} in, ${formatBitRate(bitsOutPerSecond)} out`
}
