import type { PathSessionEnds } from '#lib/routers/api/index.ts'
import type { PeeringType, CircuitPath } from '#lib/contract/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DurationSinceBounds } from '../ui/times/time.tsx'
import {
  getAzureEndStatus,
  formatOutageDetection,
  getSessionEndsDetail,
  getSessionEndsStatus,
  getRouterPeerStatus,
  getRouterName,
} from './router-text.ts'

/**
 * Shows both ends of a circuit's sessions: the state that Azure reports, the state that the customer's router reports,
 * and whether they agree. Renders nothing if no router reports to Peerwatch.
 * @param only peering and path to show; undefined = all
 */
export function SessionEndsPanel({
  circuitId,
  only,
}: {
  circuitId: string
  only?: { peering: PeeringType | null; path: CircuitPath | undefined }
}) {
  const ends = (useEndpointQuery('circuits/{id}/routers', { id: circuitId }).data?.data ?? []).filter(
    ({ peering, path }) => !only || (peering === only.peering && path === only.path),
  )
  if (ends.length === 0) return null
  // If all routers report in the same way, the explanation is shown only once, below all paths.
  const detections = new Set(ends.map(({ peer }) => formatOutageDetection(peer)))
  return (
    <Panel isOfNow title="Both ends" note="Azure’s state next to the state that the customer’s router reports" flush>
      <ul className="divide-y">
        {ends.map((one) => (
          <Ends key={one.peer.id} one={one} isExplained={detections.size > 1} />
        ))}
      </ul>
      {detections.size === 1 && <p className="border-t px-3.5 py-1.5 text-xs text-ink-3">{[...detections][0]}</p>}
    </Panel>
  )
}

/** An end of a session: its name in a column of fixed width, so that a longer duration does not move the state. */
const endClass = 'grid grid-cols-[6rem_minmax(0,1fr)] items-baseline gap-x-2'

/** @param isExplained whether to show how outages of this path are detected */
function Ends({ one, isExplained }: { one: PathSessionEnds; isExplained: boolean }) {
  const { peer, path, peering, routerId } = one
  const { ends, reason, since } = peer
  return (
    <li className="px-3.5 py-2.5 text-sm">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-medium">
          {path === 'primary' ? 'Primary' : 'Secondary'} path{peering === 'private' ? '' : ', Microsoft peering'}
        </span>
        {ends && <StateLabel {...getSessionEndsStatus(ends)} />}
        {ends && <span className="text-xs text-ink-2">{getSessionEndsDetail(ends)}</span>}
      </p>
      <dl className="mt-1 grid gap-x-6 text-xs sm:grid-cols-2">
        <div className={endClass}>
          <dt className="text-ink-3">Azure’s end</dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-2">
            {ends && <StateLabel {...getAzureEndStatus(ends)} />}
            {/* the time of an unknown state is the start of the last known state, which polls prove up to `lastKnown.at` */}
            {ends?.azure.since && (ends.azure.state !== 'unknown' || ends.azure.lastKnown) && (
              <DurationSinceBounds
                bounds={ends.azure.since}
                until={{ confirmedAt: ends.azure.lastKnown?.at ?? ends.azure.confirmedAt }}
                prefix="for "
              />
            )}
          </dd>
        </div>
        <div className={endClass}>
          <dt className="min-w-0 text-ink-3 wrap-anywhere">
            <PageLink href={`/routers/${routerId}`} className="link">
              {getRouterName({ name: one.routerName, address: one.routerAddress })}
            </PageLink>
          </dt>
          <dd className="flex min-w-0 flex-wrap items-center gap-x-2">
            <StateLabel {...getRouterPeerStatus(peer)} />
            {since && peer.state !== 'unknown' && <DurationSinceBounds bounds={since} prefix="for " />}
            {reason && peer.lastState === 'down' && <span className="text-ink-2">{reason.words}</span>}
          </dd>
        </div>
      </dl>
      {isExplained && <p className="mt-1 text-xs text-ink-3">{formatOutageDetection(peer)}</p>}
    </li>
  )
}
