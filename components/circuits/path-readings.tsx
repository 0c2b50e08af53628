import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { formatCount } from '../format/quantity.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { ShareBar } from '../ui/facts/meter.tsx'
import { Bytes } from '../ui/facts/quantities.tsx'
import { Age, Between } from '../ui/times/time.tsx'
import { PathArp } from './path-arp.tsx'

/** Near the limit of prefixes Microsoft drops the session. */
const NEAR_LIMIT = 0.8

/** What a path's tables held when they were last read: prefixes against the limit, ARP, counters. */
export function PathReadings({ path }: { path: CircuitPathView }) {
  return (
    <section className="min-w-0 text-xs">
      <h3 className="mb-1 text-sm font-medium">{path.path === 'primary' ? 'Primary' : 'Secondary'}</h3>
      <RoutesReceived path={path} />
      <PathArp entries={path.arp} layer={path.layers.arp} />
      <p className="mt-2 text-ink-3">
        {path.bytesIn !== null && path.bytesOut !== null && path.countersAt ? (
          <>
            Counters <Bytes bytes={path.bytesIn} /> to Azure, <Bytes bytes={path.bytesOut} /> from Azure,{' '}
            <Age at={path.countersAt} />
          </>
        ) : (
          'Counters not read yet'
        )}
      </p>
    </section>
  )
}

/** Prefixes that a path receives against the limit of Azure, and the date it is reached at the present growth. */
function RoutesReceived({ path: { routesReceived, headroom } }: { path: CircuitPathView }) {
  if (!headroom) {
    return (
      <p>{routesReceived === null ? 'Routes received: unknown' : `${formatCount(routesReceived)} routes received`}</p>
    )
  }
  const { count, limit, share, runsOutBetween, trend, days, leastDays } = headroom
  return (
    <>
      <div className="flex items-center gap-2">
        <ShareBar share={share} isNear={NEAR_LIMIT} className="flex-1" />
        <span className="tabular-nums">
          {formatCount(count)} of {formatCount(limit)} prefixes
        </span>
        <RuleSource rule="prefix_limits" />
      </div>
      <p className="text-ink-3">
        {runsOutBetween ? (
          <>
            Limit reached between <Between bounds={runsOutBetween} /> at the present growth
          </>
        ) : trend === 'too_few_days' ? (
          `${days.length} of the ${leastDays} days that a trend needs`
        ) : (
          'Not growing'
        )}
      </p>
    </>
  )
}
