import { clsx } from 'clsx'
import { Fragment, type ReactNode } from 'react'
import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { Circuit, ApiCircuitPath, ApiPeering } from '#lib/circuits/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import type { SessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { buildSessionHref } from '../format/session-address.ts'
import { PageLink } from '../links/page-link.tsx'
import { StateSymbol, type StateTone } from '../ui/drawing/glyph.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { getSessionStatus } from '../ui/status-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { summarizeSessions, summarizeUnmappedSessions } from './session-summary.ts'

/**
 * Picture of the BGP sessions along a path: the session from the customer's edge router to Microsoft's edge router, and
 * the sessions from there to each gateway. Each session has its own state, because the gateway's session stays up if
 * the session with the customer fails.
 */
export function CircuitPathPicture({
  path,
  peering,
  circuit,
  series,
}: {
  path: ApiCircuitPath
  peering: ApiPeering | undefined
  circuit: Circuit
  series: SessionsAlongCircuit
}) {
  const type = peering?.type ?? findMainPeeringType(circuit)
  const main = series.sessions.find(
    ({ scope, peering: of, path: on, role, neighbor }) =>
      scope === circuit.id && of === type && on === path.path && role === 'onprem' && neighbor === path.customerAddress,
  )
  const ends = type === 'microsoft' ? [MICROSOFT] : gatewayEnds(circuit, path, series)
  const edge = (
    <Leg
      name="CE"
      note={peering?.peerAsn ? `AS ${peering.peerAsn}` : null}
      address={path.customerAddress ?? '?'}
      words={main ? getSessionStatus(main) : bgpLayer(path)}
      href={main && buildSessionHref(main)}
    />
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_fit-content(8.5rem)] max-sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_fit-content(7.5rem)] gap-y-2 text-xs">
      {ends.map(({ key, end, note, words, href }, index) => (
        <Fragment key={key}>
          {index === 0 ? edge : <span />}
          <Leg
            name={index === 0 ? 'MSEE' : ''}
            note={index === 0 ? `AS ${peering?.azureAsn ?? MSEE_ASN}` : null}
            address={index === 0 ? (path.microsoftAddress ?? '?') : ''}
            words={words}
            href={href}
          />
          <div className="min-w-0">
            <p className="truncate text-ink-3" title={note ?? undefined}>
              {note ?? ' '}
            </p>
            <p className="wrap-anywhere">{end}</p>
            <Dot />
          </div>
        </Fragment>
      ))}
    </div>
  )
}

interface End {
  key: string
  end: ReactNode
  note: string | null
  /**
   * status of the session between this end of the path and Microsoft's edge router; null = still loading, 'none' =
   * Azure does not report such a session
   */
  words: StatusText | null | 'none'
  href?: string | undefined
}

/**
 * Right end of the picture for Microsoft peering. The path leads to Microsoft's own network and not to a gateway. Azure
 * reports no session there, so the line has no status mark.
 */
const MICROSOFT: End = { key: 'microsoft', end: 'public services', note: 'AS 8075', words: 'none' }

function gatewayEnds(
  circuit: Circuit,
  path: ApiCircuitPath,
  { sessions, awaited, failed }: SessionsAlongCircuit,
): End[] {
  const gateways = new Map(
    circuit.connections.flatMap(({ gatewayId, gatewayName }) => (gatewayId ? [[gatewayId, gatewayName]] : [])),
  )
  if (gateways.size === 0)
    return [{ key: 'none', end: 'not connected', note: 'gateway', words: { tone: 'off', word: 'NO GATEWAY' } }]
  const beyond = sessions.filter(({ mapping }) => mapping?.circuitId === circuit.id && mapping.path === path.path)
  return [...gateways].map(([id, name]): End => {
    const here = beyond.filter(({ scope }) => scope === id)
    const all = sessions.filter(({ scope, role }) => scope === id && role === 'msee')
    const [first] = here
    return {
      key: id,
      end: (
        <PageLink href={`/gateways/${id}`} className="link">
          {name ?? id}
        </PageLink>
      ),
      note: first ? formatMapping(here) : 'gateway',
      words: awaited.has(id)
        ? null
        : here.length > 0
          ? summarizeSessions(here)
          : failed.has(id)
            ? { tone: 'unknown', word: 'UNKNOWN', detail: 'its sessions could not be read' }
            : summarizeUnmappedSessions(all, isOfHub(circuit, id)),
      href: first && buildSessionHref(worstOf(here) ?? first),
    }
  })
}

const worstOf = (sessions: readonly BgpSession[]) =>
  sessions.find(({ verdict }) => verdict === 'down') ?? sessions.find(({ verdict }) => verdict !== 'up')

/** Reports whether a gateway belongs to a Virtual WAN hub, whose sessions Azure does not report. */
const isOfHub = ({ connections }: Circuit, id: string) =>
  connections.some(({ gatewayId, resourceId }) => gatewayId === id && /\/expressRouteConnections\//i.test(resourceId))

const lineOf: Record<StateTone, string> = {
  up: 'border-up-mark',
  degraded: 'border-degraded-mark border-dashed',
  down: 'border-down-mark border-dotted',
  unknown: 'border-line-strong border-dashed',
  off: 'border-line-strong border-dotted',
  notice: 'border-line-strong',
}

const Dot = () => (
  <p aria-hidden className="flex h-4 items-center">
    <span className="size-2 rounded-full border-2 border-ink-3 bg-surface" />
  </p>
)

/**
 * Draws a node of the path and its session to the next node: a line with a status mark, and the state below the line.
 */
function Leg({
  name,
  note,
  address,
  words,
  href,
}: {
  name: string
  note: string | null
  address: string
  words: End['words']
  href?: string | undefined
}) {
  return (
    <div className="min-w-0">
      <p className="truncate pr-1.5 text-ink-3">
        {name} {note}
      </p>
      <p className="min-h-[1.15rem] truncate pr-1.5 font-mono">{address}</p>
      <div aria-hidden className="relative flex h-4 items-center">
        <span className="z-1 size-2 rounded-full border-2 border-ink-3 bg-surface" />
        <span
          className={clsx(
            'absolute right-0 left-2 border-t-2',
            words === null || words === 'none' ? 'border-line-strong' : lineOf[words.tone],
          )}
        />
        {words !== null && words !== 'none' && (
          <span className="absolute inset-x-0 flex justify-center">
            <StateSymbol tone={words.tone} className="size-3 bg-surface outline-3 outline-surface" />
          </span>
        )}
      </div>
      {words === null ? (
        <span className="skeleton mx-auto mt-1 block h-4 w-10" />
      ) : (
        words !== 'none' && <LegState words={words} href={href} />
      )}
    </div>
  )
}

function LegState({ words, href }: { words: StatusText; href?: string | undefined }) {
  const status = <StateLabel {...words} className="justify-center text-center [&>svg]:hidden" />
  return (
    <p className="flex justify-center pr-1">
      {href ? (
        <PageLink href={href} className="rounded-xs hover:underline">
          {status}
        </PageLink>
      ) : (
        status
      )}
    </p>
  )
}

const bgpLayer = ({ layers }: ApiCircuitPath): StatusText => {
  if (layers.bgp === 'up') return { tone: 'up', word: 'UP' }
  if (layers.bgp === 'down') return { tone: 'down', word: 'DOWN' }
  if (layers.bgp === 'unknown') return { tone: 'unknown', word: 'UNKNOWN' }
  return { tone: 'off', word: layers.bgp === 'disabled' ? 'DISABLED' : 'NEVER CONNECTED' }
}

/**
 * Formats the neighbors of a gateway's sessions on a path. Azure does not report to which path a neighbor belongs. If
 * Peerwatch has inferred the path, the text contains "inferred".
 */
function formatMapping(sessions: readonly BgpSession[]): string {
  const neighbors = [...new Set(sessions.map(({ neighbor }) => neighbor))].join(', ')
  return sessions.every(({ mapping }) => mapping?.confidence === 'certain') ? neighbors : `${neighbors}, inferred`
}
