import type { Circuit, CircuitPathView, PeeringView } from '#lib/circuits/api/index.ts'
import type { SeriesSessions } from '../data/series-sessions.ts'
import { countedTraffic } from '#lib/circuits/api/counted-traffic.ts'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { RateMeter } from '../ui/facts/meter.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { Since } from '../ui/times/time.tsx'
import { pathStatus, unconfirmedWords } from '../ui/words.ts'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { PathSeries } from './path-series.tsx'

/** One path at a glance: its two sessions in series, its layers, and what it carries now. */
export function PathPanel({
  path,
  peering,
  circuit,
  series,
}: {
  path: CircuitPathView
  peering: PeeringView
  circuit: Circuit
  series: SeriesSessions
}) {
  const counted = countedTraffic(path)
  const isOwn = peering.type === ownPeering(circuit)
  return (
    <Panel
      title={`${path.path === 'primary' ? 'Primary' : 'Secondary'} path${isOwn ? '' : ', Microsoft peering'}`}
      aside={
        <span className="flex flex-wrap items-center gap-x-2">
          <Status {...pathStatus(path.state)} />
          {path.since && (
            <span className="text-xs text-ink-3">
              <Since bounds={path.since} until={path.unconfirmedSince} prefix="for " />
            </span>
          )}
          {isOwn && <TicketButton circuit={circuit} path={path.path} brief />}
        </span>
      }
    >
      {path.reason && path.state !== 'up' && (
        <p className="mb-3 text-ink-2">
          {path.reason}
          {path.unconfirmedSince && ` This is ${unconfirmedWords(path.unconfirmedSince)}.`}
        </p>
      )}
      <PathSeries path={path} peering={peering} circuit={circuit} series={series} />
      <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 border-t pt-2.5 sm:grid-cols-4">
        {layersOf(path, counted).map(([name, words]) => (
          <div key={name}>
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="text-xs">
              <Status {...words} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-2.5 grid gap-x-6 gap-y-3 border-t pt-2.5 sm:grid-cols-2">
        <RateMeter label="To Azure" bitsPerSecond={path.bitsInPerSecond} bandwidthMbps={circuit.bandwidthMbps} />
        <RateMeter
          label="From Azure (billed)"
          bitsPerSecond={path.bitsOutPerSecond}
          bandwidthMbps={circuit.bandwidthMbps}
        />
      </div>
      {counted && (
        <p className="mt-2 text-xs text-ink-2">The path is down and its counters still move; the reason is unknown.</p>
      )}
      {isOwn && (
        <OperatorCardPanel scope={circuit.id} part={path.path} of={`the ${path.path} path`} flat shown="card" />
      )}
    </Panel>
  )
}

const layerWords: Record<string, StatusWords> = {
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  disabled: { tone: 'off', word: 'DISABLED' },
  never_established: { tone: 'off', word: 'NEVER UP' },
  complete: { tone: 'up', word: 'COMPLETE' },
  incomplete: { tone: 'down', word: 'INCOMPLETE' },
  missing: { tone: 'down', word: 'MISSING' },
  moving: { tone: 'up', word: 'CARRYING' },
  quiet: { tone: 'off', word: 'QUIET' },
}
const unknown: StatusWords = { tone: 'unknown', word: 'UNKNOWN' }

/** Bottom to top: a path is up when each layer is. */
const layersOf = ({ layers }: CircuitPathView, counted: string | null): [string, StatusWords][] => [
  [
    'Provisioned',
    layers.provisioned === 'up' ? { tone: 'up', word: 'YES' } : (layerWords[layers.provisioned] ?? unknown),
  ],
  ['ARP', layerWords[layers.arp] ?? unknown],
  ['BGP', layerWords[layers.bgp] ?? unknown],
  // bytes of another peering are no proof that this one carries
  ['Traffic', counted ? { tone: 'notice', word: 'COUNTED' } : (layerWords[layers.traffic] ?? unknown)],
]
