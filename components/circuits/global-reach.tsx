import type { Circuit, GlobalReachConnection, GlobalReachSegment } from '#lib/circuits/api/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { GlobalReachMonthPanel } from '../cost/global-reach-month.tsx'
import { PageLink } from '../links/page-link.tsx'
import { ConnectionTrafficFact } from '../ui/facts/connection-traffic.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'

const statuses: Record<GlobalReachSegment['state'], StatusText> = {
  up: { tone: 'up', word: 'CONNECTED' },
  down: { tone: 'down', word: 'DISCONNECTED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

type Reach = Pick<Circuit, 'id' | 'globalReachConnections' | 'globalReachTraffic'>

/**
 * List of the Global Reach connections of a circuit, which lead to the private peerings of other circuits. Renders
 * nothing if there are none.
 */
export function GlobalReach({ id, globalReachConnections: connections, globalReachTraffic: traffic }: Reach) {
  const mayReadCost = useHasRight('read_cost')
  if (connections.length === 0) return null
  return (
    <Panel title="Global Reach" flush>
      <ul className="entries">
        {connections.map((connection) => (
          <Connection key={`${connection.madeHere} ${connection.name}`} {...connection} />
        ))}
      </ul>
      <p className="border-t px-3.5 py-2 text-xs text-ink-2">
        {traffic ? (
          <ConnectionTrafficFact {...traffic} />
        ) : (
          'Azure Monitor reported no traffic of Global Reach yet: cost takes what is declared for it.'
        )}
      </p>
      {mayReadCost && <GlobalReachMonthPanel circuitId={id} />}
    </Panel>
  )
}

function Connection({ ipv6, ...connection }: GlobalReachConnection) {
  const { name, circuitId, circuitName, madeHere, unapplied } = connection
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2">
      <span className="min-w-0">
        <span className="block font-medium break-words">{name}</span>
        <span className="block text-xs text-ink-3">
          with{' '}
          {circuitId ? (
            <PageLink href={`/circuits/${circuitId}`} className="link">
              {circuitName}
            </PageLink>
          ) : (
            `${circuitName ?? 'a circuit'}, which Peerwatch cannot read`
          )}
          , made {madeHere ? 'here' : 'there'}
        </span>
        {unapplied !== null && <span className="block text-xs text-ink-2">{unapplied}</span>}
      </span>
      <span className="flex min-w-0 basis-full flex-col gap-1 text-xs text-ink-2">
        <Part {...connection} family="IPv4" />
        {ipv6 && <Part {...ipv6} family="IPv6" />}
      </span>
    </li>
  )
}

function Part({ family, addressPrefix, state, azureStatus }: GlobalReachSegment & { family: string }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {family} <span className="font-mono">{addressPrefix}</span>
      <StateLabel {...statuses[state]} />
      {state === 'unknown' && azureStatus !== null && <span>Azure: {azureStatus}</span>}
    </span>
  )
}
