import type { ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { PercentBar } from '../ui/facts/share-bar.tsx'
import { ByteCount } from '../ui/facts/quantities.tsx'
import { AgeText, TimeBoundsText } from '../ui/times/time.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'

/** Values of the last poll of a path: the number of prefixes and their limit, the ARP table, and the byte counters. */
export function CircuitPathPollValues({ path }: { path: ApiCircuitPath }) {
  return (
    <section className="min-w-0 text-xs">
      <h3 className="mb-1 text-sm font-medium">{path.path === 'primary' ? 'Primary' : 'Secondary'}</h3>
      <RoutesReceived path={path} />
      <PathArp entries={path.arp} layer={path.layers.arp} />
      <p className="mt-2 text-ink-3">
        {path.bytesIn !== null && path.bytesOut !== null && path.countersAt ? (
          <>
            Counters <ByteCount bytes={path.bytesIn} /> to Azure, <ByteCount bytes={path.bytesOut} /> from Azure,{' '}
            <AgeText at={path.countersAt} />
          </>
        ) : (
          'Counters not polled yet'
        )}
      </p>
    </section>
  )
}

/**
 * Shows the number of prefixes that a path receives, Azure's limit for them, and the date on which the limit will be
 * reached if the number continues to grow as it does now.
 */
function RoutesReceived({ path: { routesReceived, headroom } }: { path: ApiCircuitPath }) {
  if (!headroom) {
    return (
      <p>
        {routesReceived === null
          ? 'Routes received: unknown'
          : `${formatCountWithSeparators(routesReceived)} routes received`}
      </p>
    )
  }
  const { count, limit, share, runsOutBetween, trend, days, leastDays } = headroom
  return (
    <>
      <div className="flex items-center gap-2">
        <PercentBar share={share} className="flex-1" />
        <span className="tabular-nums">
          {formatCountWithSeparators(count)} of {formatCountWithSeparators(limit)} prefixes
        </span>
        <RuleSource rule="prefix_limits" />
      </div>
      <p className="text-ink-3">
        {runsOutBetween ? (
          <>
            Limit reached between <TimeBoundsText bounds={runsOutBetween} /> at the present growth
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

/** Shows the ARP table of a path, which has an entry for each end of the path's link. */
function PathArp({ entries, layer }: { entries: ApiCircuitPath['arp']; layer: ApiCircuitPath['layers']['arp'] }) {
  if (entries.length === 0) {
    return (
      <p className="mt-2 text-ink-3">
        No ARP entries for this path.
        {layer === 'complete' && ' Azure’s availability metric reports ARP as complete.'}
      </p>
    )
  }
  return (
    <table className="mt-2 w-full text-left text-xs">
      <caption className="sr-only">ARP entries</caption>
      <thead>
        <tr className="text-xs text-ink-3">
          <th scope="col" className="pt-2.5 font-medium">
            ARP
          </th>
          <th scope="col" className="pt-2.5 font-medium">
            Address
          </th>
          <th scope="col" className="pt-2.5 font-medium max-sm:hidden">
            MAC
          </th>
          <th scope="col" className="pt-2.5 text-right font-medium">
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={`${entry.interface}/${entry.ipAddress}`}>
            <td className="py-0.5 pr-2">{entry.interface}</td>
            <td className="py-0.5 pr-2 font-mono">
              {entry.ipAddress}
              <span className="block sm:hidden">
                <Mac entry={entry} />
              </span>
            </td>
            <td className="py-0.5 pr-2 font-mono max-sm:hidden">
              <Mac entry={entry} />
            </td>
            <td className="py-0.5 text-right whitespace-nowrap text-ink-2">
              {entry.age === null ? '–' : `${entry.age} min`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** MAC address of an ARP entry, or a mark if the entry is incomplete. */
const Mac = ({ entry: { macAddress } }: { entry: { macAddress: string | null } }) =>
  macAddress ?? (
    <span className="inline-flex items-center gap-1.5 font-sans font-semibold text-down">
      <StateSymbol tone="down" /> INCOMPLETE
    </span>
  )
