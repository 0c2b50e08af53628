import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { Circuit, CircuitPathView, PeeringView } from '#lib/circuits/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import type { SeriesSessions } from '../data/series-sessions.ts'
import { PageLink } from '../links/page-link.tsx'
import { Glyph, type Tone } from '../ui/drawing/glyph.tsx'
import { Status, statusText, type StatusWords } from '../ui/status.tsx'
import { sessionStatus } from '../ui/words.ts'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { AdvertisedLink } from '../routes/advertised-link.tsx'
import { joinSessions, joinUnmapped } from './join-sessions.ts'

/**
 * The two BGP sessions in series on a path: customer edge to Microsoft edge, and Microsoft edge to each
 * gateway. Each has its own verdict: a cut on the customer's side leaves the gateway's session up.
 */
export function PathSeries({
  path,
  peering,
  circuit,
  series: { sessions, awaited },
}: {
  path: CircuitPathView
  peering: PeeringView | undefined
  circuit: Circuit
  series: SeriesSessions
}) {
  const gateways = new Map(
    circuit.connections.flatMap(({ gatewayId, gatewayName }) => (gatewayId ? [[gatewayId, gatewayName]] : [])),
  )
  const type = peering?.type ?? ownPeering(circuit)
  const edge = sessions.filter(
    ({ scope, peering: of, path: on, role }) =>
      scope === circuit.id && of === type && on === path.path && role === 'onprem',
  )
  const beyond = sessions.filter(({ mapping }) => mapping?.circuitId === circuit.id && mapping.path === path.path)
  const main = edge.find(({ neighbor }) => neighbor === path.customerAddress)
  const others = edge.filter((session) => session !== main)
  return (
    <div className="flex flex-col gap-1 sm:flex-row sm:items-start sm:gap-0">
      <Node name="CE" address={path.customerAddress ?? '?'} note={peering?.peerAsn ? `AS ${peering.peerAsn}` : null} />
      <Line words={main ? sessionStatus(main) : bgpLayer(path)}>
        {others.map((session) => (
          <p
            key={session.neighbor}
            className="flex flex-wrap items-center gap-x-1.5 text-xs [&>*]:whitespace-nowrap"
            title={wordsOf(session)}
          >
            <span className="text-ink-3">IPv6</span> <Status {...sessionStatus(session)} detail={null} />
          </p>
        ))}
      </Line>
      <Node name="MSEE" address={path.microsoftAddress ?? '?'} note={`AS ${peering?.azureAsn ?? MSEE_ASN}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-3 sm:flex-[2.3]">
        {type === 'microsoft' && <MicrosoftNetwork />}
        {type !== 'microsoft' && gateways.size === 0 && (
          <Beyond words={{ tone: 'off', word: 'NO GATEWAY' }} node={<Node name="gateway" address="not connected" />} />
        )}
        {[...(type === 'microsoft' ? [] : gateways)].map(([id, name]) => {
          const here = beyond.filter(({ scope }) => scope === id)
          const all = sessions.filter(({ scope, role }) => scope === id && role === 'msee')
          return (
            <Beyond
              key={id}
              words={
                awaited.has(id) ? null : here.length > 0 ? joinSessions(here) : joinUnmapped(all, isOfHub(circuit, id))
              }
              node={
                <div className="min-w-0">
                  <Node
                    name="gateway"
                    address={
                      <PageLink href={`/gateways/${id}`} className="link font-sans">
                        {name ?? id}
                      </PageLink>
                    }
                    note={here.length > 0 ? mappingWords(here) : null}
                  />
                  {neighborsOf(here).map((neighbor) => (
                    <AdvertisedLink key={neighbor} gateway={id} neighbor={neighbor} />
                  ))}
                </div>
              }
            />
          )
        })}
      </div>
    </div>
  )
}

/** Microsoft peering ends at Microsoft's own network: no gateway, and no session that Azure reports, so that the line has no mark. */
const MicrosoftNetwork = () => (
  <div className="flex min-w-0 flex-col gap-1 sm:flex-row sm:items-start sm:gap-0">
    <span
      aria-hidden
      className="ml-4 h-5 w-0 border-l-2 border-line-strong sm:mt-5 sm:ml-0 sm:h-0 sm:w-auto sm:flex-1 sm:border-t-2 sm:border-l-0"
    />
    <Node name="Microsoft" address={<span className="font-sans">public services</span>} note="AS 8075" />
  </div>
)

/** Azure reports no sessions of a Virtual WAN's gateway. */
const isOfHub = ({ connections }: Circuit, id: string) =>
  connections.some(({ gatewayId, resourceId }) => gatewayId === id && /\/expressRouteConnections\//i.test(resourceId))

function Beyond({ words, node }: { words: StatusWords | null; node: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1 sm:flex-row sm:items-start sm:gap-0">
      <Line words={words} />
      {node}
    </div>
  )
}

function Node({ name, address, note }: { name: string; address: ReactNode; note?: string | null }) {
  return (
    <div className="shrink-0 rounded-md border border-line-strong bg-canvas px-2 py-1.5 sm:max-w-44">
      <p className="text-xs text-ink-3">{name}</p>
      <p className="truncate font-mono text-xs">{address}</p>
      {note && <p className="truncate text-xs text-ink-3">{note}</p>}
    </div>
  )
}

const lineOf: Record<Tone, string> = {
  up: 'border-up-mark',
  degraded: 'border-degraded-mark border-dashed',
  down: 'border-down-mark border-dotted',
  unknown: 'border-line-strong border-dashed',
  off: 'border-line-strong border-dotted',
  notice: 'border-line-strong',
}

/** Letters that do not fit between two nodes on one line. */
const LONG_DETAIL = 18

/** A session between two nodes: the line, its mark and its status. @param words null = awaited */
function Line({ words, children }: { words: StatusWords | null; children?: ReactNode }) {
  if (words === null) {
    return (
      <div className="flex min-w-16 flex-1 items-center pl-4 sm:mt-3 sm:px-3">
        <span className="skeleton h-4 w-full" />
      </div>
    )
  }
  return (
    <div className="flex min-w-16 flex-1 items-center gap-2 pl-4 sm:mt-3 sm:flex-col sm:gap-1 sm:pl-0">
      <span aria-hidden className="relative hidden h-4 w-full items-center justify-center sm:flex">
        <span className={clsx('absolute inset-x-0 top-1/2 border-t-2', lineOf[words.tone])} />
        <span className="relative bg-surface px-1">
          <Glyph tone={words.tone} className="size-3" />
        </span>
      </span>
      <span aria-hidden className={clsx('h-7 border-l-2 sm:hidden', lineOf[words.tone])} />
      <Status
        {...words}
        className={clsx(
          'text-xs sm:justify-center sm:text-center sm:[&>svg]:hidden',
          // what is in brackets goes below as a whole where both do not fit
          words.tone !== 'unknown' &&
            (words.detail?.length ?? 0) < LONG_DETAIL &&
            'sm:[&>span>span]:inline-block sm:[&>span>span+span]:ml-1 sm:[&>span>span]:whitespace-nowrap',
        )}
      />
      {children}
    </div>
  )
}

const wordsOf = (session: Session) => `${statusText(sessionStatus(session))} to ${session.neighbor}`

const bgpLayer = ({ layers }: CircuitPathView): StatusWords => {
  if (layers.bgp === 'up') return { tone: 'up', word: 'UP' }
  if (layers.bgp === 'down') return { tone: 'down', word: 'DOWN' }
  if (layers.bgp === 'unknown') return { tone: 'unknown', word: 'UNKNOWN' }
  return { tone: 'off', word: layers.bgp === 'disabled' ? 'DISABLED' : 'NEVER CONNECTED' }
}

const neighborsOf = (sessions: Session[]) => [...new Set(sessions.map(({ neighbor }) => neighbor))]

/** ARM does not say which neighbor is which path, so an inferred mapping is marked. */
function mappingWords(sessions: Session[]): string | null {
  const neighbors = neighborsOf(sessions).join(', ')
  return sessions.every(({ mapping }) => mapping?.confidence === 'certain')
    ? `by ${neighbors}`
    : `by ${neighbors}, inferred`
}
