import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { Circuit, ApiCircuitPath, ApiPeering } from '#lib/circuits/api/index.ts'
import type { SessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { getPathRates } from '#lib/circuits/api/carried-rates.ts'
import { formatPeeringType } from '#lib/contract/words/path-text.ts'
import { formatCounterContradiction } from '#lib/circuits/api/counted-traffic.ts'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { formatBitRate, formatFractionAsPercent } from '../format/quantity.ts'
import { PercentBar } from '../ui/facts/share-bar.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { DurationSinceBounds } from '../ui/times/time.tsx'
import { getPathStatus, formatLastKnownMinute } from '../ui/status-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { CircuitPathPicture } from './path-picture.tsx'

/**
 * Summary of a circuit's path: the BGP sessions in series along it, its layers (ARP, BGP, traffic), and its current
 * traffic.
 */
export function CircuitPathBlock({
  path,
  peering,
  circuit,
  series,
}: {
  path: ApiCircuitPath
  peering: ApiPeering
  circuit: Circuit
  series: SessionsAlongCircuit
}) {
  const counted = formatCounterContradiction(path)
  const isOwn = peering.type === findMainPeeringType(circuit)
  const { toAzure, fromAzure, only } = getPathRates(isOwn ? path : { ...path, allPeerings: null }, circuit)
  // Names of the peerings to which the shown rates belong; null = the circuit has only one peering.
  const whose =
    path.allPeerings === undefined ? null : isOwn ? (only ?? 'all peerings') : formatPeeringType(peering.type)
  const isUp = path.state === 'up'
  return (
    <section aria-label={`${pathName(path)}${isOwn ? '' : ', Microsoft peering'}`}>
      <header className="mb-1 flex min-h-6 flex-wrap items-center gap-x-2 text-xs">
        <h3 className="text-sm font-semibold">{pathName(path)}</h3>
        <StateLabel {...getPathStatus(path.state, null, path.lastKnown)} />
        {/* The time is shown only for a path that is up, because the page head already shows how long an outage has lasted. */}
        {isUp && path.since && (
          <span className="text-ink-3">
            <DurationSinceBounds bounds={path.since} until={path} brief isDated />
          </span>
        )}
      </header>
      {path.reason && !isUp && (
        <p className="mb-2 text-xs text-ink-2">
          {path.reason}
          {path.unconfirmedSince && ` This is ${formatLastKnownMinute(path.unconfirmedSince)}.`}
        </p>
      )}
      <CircuitPathPicture path={path} peering={peering} circuit={circuit} series={series} />
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs">
        {layersOf(path, counted).map(([name, { tone, word }]) => (
          <StateLabel key={name} tone={tone} word={name} detail={tone === 'up' ? null : word.toLowerCase()} />
        ))}
      </p>
      <dl className="mt-0.5 grid gap-0.5 text-xs">
        <Carried name="To Azure" bits={toAzure} of={circuit.bandwidthMbps} />
        {/* traffic from Azure is marked as billable, because a metered plan bills only this direction */}
        <Carried
          name={circuit.sku.family === 'MeteredData' ? 'From Azure (billable)' : 'From Azure'}
          bits={fromAzure}
          of={circuit.bandwidthMbps}
        />
      </dl>
      {whose &&
        (path.state === 'down' && isOwn && only === null ? (
          <p className="text-xs font-medium">{`Rates of the other peerings, because ${formatPeeringType(peering.type)} is down`}</p>
        ) : (
          <p className="text-xs text-ink-3">{`Rates: ${whose}`}</p>
        ))}
      {counted && <p className="mt-1 text-xs text-ink-2">Down, yet its counters move: the reason is unknown.</p>}
      {isOwn && (
        <OperatorCardPanel scope={circuit.id} part={path.path} of={`the ${path.path} path`} flat shown="card" />
      )}
    </section>
  )
}

const pathName = ({ path }: Pick<ApiCircuitPath, 'path'>) => (path === 'primary' ? 'Primary' : 'Secondary')

/**
 * Shows a rate as a number and as a share of one path's bandwidth. The share does not refer to the bandwidth of both
 * paths together, because the paths are separate links.
 */
function Carried({ name, bits, of }: { name: string; bits: number | null; of: number | null }) {
  const share = bits !== null && of ? bits / (of * 1e6) : null
  return (
    <div className="flex items-center gap-2">
      <dt className="min-w-33 flex-none whitespace-nowrap text-ink-3">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-2 tabular-nums">
        <PercentBar share={share} className="flex-1" />
        <span className="w-18 text-right font-mono">{bits === null ? 'unknown' : formatBitRate(bits)}</span>
        <span className="w-12 text-right whitespace-nowrap text-ink-3" title="of the bandwidth of one path">
          {share !== null && formatFractionAsPercent(share)}
        </span>
      </dd>
    </div>
  )
}

const layerLabels: Record<string, StatusText> = createSafeLookupTable({
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  disabled: { tone: 'off', word: 'DISABLED' },
  never_established: { tone: 'off', word: 'NEVER UP' },
  complete: { tone: 'up', word: 'COMPLETE' },
  incomplete: { tone: 'down', word: 'INCOMPLETE' },
  missing: { tone: 'down', word: 'MISSING' },
  moving: { tone: 'up', word: 'CARRYING' },
  quiet: { tone: 'off', word: 'QUIET' },
})
const unknown: StatusText = { tone: 'unknown', word: 'UNKNOWN' }

/**
 * Returns the layers of a path from bottom to top, with the state of each. The layer "Provisioned" is included only if
 * it is not up.
 */
const layersOf = ({ layers }: ApiCircuitPath, counted: string | null): [string, StatusText][] => [
  ...(layers.provisioned === 'up'
    ? []
    : ([['Provisioned', layerLabels[layers.provisioned] ?? unknown]] satisfies [string, StatusText][])),
  ['ARP', layerLabels[layers.arp] ?? unknown],
  ['BGP', layerLabels[layers.bgp] ?? unknown],
  // the byte counters increase although the path is down, so they do not prove that the path carries traffic
  ['Traffic', counted ? { tone: 'notice', word: 'COUNTED' } : (layerLabels[layers.traffic] ?? unknown)],
]
