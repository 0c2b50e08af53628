import type { Circuit, CircuitPathView } from '#lib/circuits/api/index.ts'
import { Panel } from '../ui/panel.tsx'
import { Bytes } from '../ui/facts/quantities.tsx'
import { Age, Between } from '../ui/times/time.tsx'
import { PathArp } from './path-arp.tsx'
import { formatCount, formatShare } from '../format/quantity.ts'

/** What each path's tables held when they were last read: prefixes, ARP, counters. */
export function PathReadings({ circuit: { peerings, paths } }: { circuit: Circuit }) {
  const all = peerings.length === 0 ? paths.map((path) => ({ path, of: '' })) : peerings.flatMap(readingsOf)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
      {all.map(({ path, of }) => (
        <Panel key={`${of}/${path.path}`} title={`Tables of the ${path.path} path${of}`}>
          <RoutesReceived path={path} />
          <PathArp entries={path.arp} layer={path.layers.arp} />
          <p className="mt-3 border-t pt-3 text-xs text-ink-3">
            {path.bytesIn !== null && path.bytesOut !== null && path.countersAt ? (
              <>
                Counters: <Bytes bytes={path.bytesIn} /> to Azure, <Bytes bytes={path.bytesOut} /> from Azure, read{' '}
                <Age at={path.countersAt} />.
              </>
            ) : (
              'The counters have not been polled yet.'
            )}
          </p>
        </Panel>
      ))}
    </div>
  )
}

const readingsOf = ({ type, paths }: Circuit['peerings'][number]): { path: CircuitPathView; of: string }[] =>
  paths.map((path) => ({ path, of: type === 'microsoft' ? ', Microsoft peering' : '' }))

/** Prefixes that a path receives, the headroom, and the date the limit is reached at the present growth. */
function RoutesReceived({ path: { routesReceived, headroom } }: { path: CircuitPathView }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <span className="text-xs text-ink-3">Routes received</span>
      <span className="ml-auto font-mono">
        {routesReceived === null ? <span className="font-sans text-ink-3">unknown</span> : formatCount(routesReceived)}
      </span>
      {headroom && (
        <span className="text-xs text-ink-3">
          {formatShare(headroom.share)} of {formatCount(headroom.limit)}
        </span>
      )}
      {headroom && (
        <p className="basis-full text-xs text-ink-2">
          {headroom.runsOutBetween ? (
            <>
              At the present growth the limit is reached between <Between bounds={headroom.runsOutBetween} />.
            </>
          ) : headroom.trend === 'too_few_days' ? (
            `${headroom.days.length} of the ${headroom.leastDays} days that a trend needs are known.`
          ) : (
            'Not growing.'
          )}
        </p>
      )}
    </div>
  )
}
