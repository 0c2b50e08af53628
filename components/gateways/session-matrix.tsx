import { clsx } from 'clsx'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatAzureState, formatLastKnown } from '#lib/contract/words/index.ts'
import { sessionRoleLabels } from '#lib/gateways/api/state-text.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { buildSessionHref } from '../format/session-address.ts'
import { findAsnTitle } from '../ui/facts/as-path.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { StateLabel } from '../ui/status.tsx'
import { rowHandlers } from '../ui/table/open-row.ts'
import { DurationSinceBounds } from '../ui/times/time.tsx'
import { OWN_POLLS_NOTE, getInstanceStatus, getSessionStatus } from '../ui/status-text.ts'
import EllipsisIcon from 'lucide-react/icons/ellipsis'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { NeighborMappingControl } from '../declarations/mapping-control.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { AdvertisedLink } from '../routes/advertised-link.tsx'
import { IconButton } from '../ui/button.tsx'
import { PopoverWithButton } from '../ui/overlay/lazy-overlays.tsx'
import { type IpAddress, compareAddresses, parseAddress } from '#lib/bgp/index.ts'

/** Maximum number of gateway instances whose columns fit; with more instances, the table scrolls horizontally. */
const MAX_COLUMNS = 3

/**
 * Table of BGP sessions with a row for each neighbor and a column for each gateway instance. Only cells with a problem
 * are colored. Sessions between the gateway's own instances have separate rows and do not count, because it is normal
 * that such a session never connects.
 */
export function SessionMatrix({ gateway, sessions }: { gateway: Gateway; sessions: BgpSession[] }) {
  const { instances, external, siblings } = gridOf(
    sessions,
    gateway.instances.map(({ address }) => address),
  )
  if (sessions.length === 0) {
    return (
      <EmptyNote title="No BGP sessions">
        {gateway.reason ?? 'Peer status has not been polled yet, or this gateway has no BGP neighbors.'}
      </EmptyNote>
    )
  }
  return (
    <>
      <section
        // a scrolling region must be reachable by keyboard
        tabIndex={instances.length > MAX_COLUMNS ? 0 : undefined}
        aria-label="BGP sessions by neighbor and instance"
        className={clsx('-outline-offset-2', instances.length > MAX_COLUMNS && 'overflow-x-auto')}
      >
        <Table gateway={gateway} rows={external} instances={instances} />
      </section>
      {siblings.length > 0 && (
        <details className="border-t text-xs">
          <summary className="min-h-8 cursor-pointer px-3.5 py-1.5 text-ink-3 -outline-offset-2 hover:bg-hover">
            Between its own instances (not counted)
          </summary>
          <Table gateway={gateway} rows={siblings} instances={instances} />
        </details>
      )}
    </>
  )
}

function Table({ gateway, rows, instances }: { gateway: Gateway; rows: NeighborRow[]; instances: string[] }) {
  return (
    <table className="w-full border-collapse text-left text-xs">
      <caption className="sr-only">BGP sessions: a row for each neighbor, a column for each instance</caption>
      <thead>
        <tr className="border-b text-ink-3">
          <th scope="col" className="h-9 pl-3.5 font-medium">
            Neighbor
          </th>
          {instances.map((address, index) => (
            <th key={address} scope="col" className="w-25 px-2 font-medium whitespace-nowrap">
              {address === '' ? 'Both instances' : `Instance ${index}`}
              <span className="block font-normal">
                <span className="font-mono">{address}</span>{' '}
                <InstanceNote
                  instance={gateway.instances.find((instance) => instance.address === address)}
                  gateway={gateway}
                />
              </span>
            </th>
          ))}
          <td className="w-8" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.neighbor} gateway={gateway} row={row} instances={instances} />
        ))}
      </tbody>
    </table>
  )
}

/** Number of an instance's sessions that are up, in the column header; nothing if all are up. */
function InstanceNote({ instance, gateway }: { instance: Gateway['instances'][number] | undefined; gateway: Gateway }) {
  if (!instance) return null
  if (instance.reporting === false) return <span className="hatch rounded-xs px-1 font-semibold">NOT REPORTED</span>
  const { tone, word, detail } = getInstanceStatus(instance, gateway)
  if (detail) return <span className="block">{`${word} up, ${detail}`}</span>
  return tone === 'up' ? null : (
    <span className="block">{tone === 'unknown' || tone === 'off' ? word : `${word} up`}</span>
  )
}

function Row({ gateway, row, instances }: { gateway: Gateway; row: NeighborRow; instances: string[] }) {
  const { neighbor, asn, role, mapping, sessions } = row
  const most = Math.max(0, ...[...sessions.values()].map(({ prefixesReceived }) => prefixesReceived ?? 0))
  const address = <span className="font-mono">{neighbor}</span>
  return (
    <tr className="border-b last:border-b-0">
      <th scope="row" className="py-1 pl-3.5 font-normal">
        {mapping ? (
          <PageLink href={`/circuits/${mapping.circuitId}`} className="link text-sm">
            {mapping.circuitName ?? mapping.circuitId} {mapping.path}
          </PageLink>
        ) : (
          <span className="text-sm">{address}</span>
        )}
        <span className="block text-ink-3">
          {mapping && <>{address} · </>}
          {asn !== null && <span title={findAsnTitle(asn)}>AS {asn}</span>}
          {!mapping && ` · ${sessionRoleLabels[role]}`}
          {mapping?.confidence === 'inferred' && ' · inferred'}
        </span>
      </th>
      {instances.map((at) => (
        <Cell key={at} session={sessions.get(at)} most={most} isSelf={at === neighbor} />
      ))}
      <td className="pr-1.5">{role !== 'gateway-peer' && <NeighborMenu gateway={gateway.id} row={row} />}</td>
    </tr>
  )
}

/**
 * Cell of one session.
 * @param most maximum number of prefixes that the neighbor sends to any instance of the gateway; an instance that
 *   receives fewer is marked
 */
function Cell({ session, most, isSelf }: { session: BgpSession | undefined; most: number; isSelf: boolean }) {
  if (!session) return <td className="px-2 text-ink-3">{isSelf ? 'itself' : '–'}</td>
  const { verdict, known, establishedAt, downSince, azureState, prefixesReceived, role } = session
  const status = getSessionStatus(session)
  const isCounted = role !== 'gateway-peer'
  const hasLost =
    isCounted && verdict === 'up' && prefixesReceived !== null && (prefixesReceived === 0 || prefixesReceived < most)
  const tone = hasLost ? 'degraded' : isCounted ? status.tone : undefined
  const since = verdict === 'up' ? establishedAt : downSince
  return (
    <td
      data-tone={tone}
      {...rowHandlers}
      className={clsx(
        'px-2 py-1 hover:bg-hover has-[a[href]]:cursor-pointer data-[tone=degraded]:bg-degraded-soft data-[tone=down]:bg-down-soft',
        known === 'stale' && 'text-ink-3',
      )}
    >
      <span className="flex flex-wrap items-center gap-x-1.5">
        <PageLink href={buildSessionHref(session)} className="inline-flex min-h-6 items-center hover:underline">
          <StateLabel {...status} detail={status.tone === 'up' ? null : (status.detail ?? null)} />
        </PageLink>
        {verdict === 'up' && prefixesReceived !== null && isCounted && (
          <span className={clsx('whitespace-nowrap', hasLost && 'font-semibold text-degraded')}>
            {formatCountWithSeparators(prefixesReceived)}
            {hasLost && most > 0 && ` of ${formatCountWithSeparators(most)}`}
            <span className={hasLost ? undefined : 'sr-only'}> prefixes</span>
          </span>
        )}
      </span>
      <span className="block text-ink-3">
        {since && <DurationSinceBounds bounds={since} until={session} by={OWN_POLLS_NOTE} brief />}
        {known === 'stale' && azureState && ` ${formatLastKnown(null)} ${formatAzureState(azureState)}`}
      </span>
    </td>
  )
}

/**
 * Menu of a neighbor: its mapping to a circuit, its contact card, and a link to the routes that the gateway advertises
 * to it.
 */
function NeighborMenu({ gateway, row: { neighbor, role, mapping, sessions } }: { gateway: string; row: NeighborRow }) {
  const label = `Actions for ${neighbor}`
  return (
    <PopoverWithButton
      trigger={
        <IconButton label={label} className="print:hidden">
          <EllipsisIcon aria-hidden />
        </IconButton>
      }
      label={label}
      className="grid max-h-(--radix-popover-content-available-height) w-[min(22rem,calc(100vw-1rem))] gap-2 overflow-y-auto"
    >
      {role === 'msee' && <NeighborMappingControl gateway={gateway} neighbor={neighbor} mapping={mapping} />}
      <AdvertisedLink gateway={gateway} neighbor={neighbor} />
      {[...sessions.values()].map((session) => (
        <OperatorCardPanel
          key={session.localAddress}
          scope={session.scope}
          part={formatSessionSubject(session)}
          of={`the session ${formatSessionSubject(session).replace('~', ' to ')}`}
        />
      ))}
    </PopoverWithButton>
  )
}

/** Row of the session table: a neighbor and its sessions, by the address of the gateway instance. */
interface NeighborRow {
  neighbor: string
  asn: number | null
  role: BgpSession['role']
  mapping: BgpSession['mapping']
  sessions: Map<string, BgpSession>
}

interface SessionGrid {
  instances: string[]
  /** neighbors outside of the gateway: Microsoft's edge routers and on-premises routers */
  external: NeighborRow[]
  /** sessions between the gateway's own instances */
  siblings: NeighborRow[]
}

const zero: IpAddress = { family: 4, value: 0n }
const byAddress = (a: string, b: string) => compareAddresses(parseAddress(a) ?? zero, parseAddress(b) ?? zero)

/** Arranges a gateway's sessions as a grid of neighbors and instances. */
function gridOf(sessions: BgpSession[], known: string[]): SessionGrid {
  const local = sessions.map(({ localAddress }) => localAddress)
  // a Route Server reports one session for both of its instances, with an empty local address
  const instances = local.includes('') ? [...new Set(local)] : [...new Set([...known, ...local])].sort(byAddress)
  const rows = new Map<string, NeighborRow>()
  for (const session of sessions) {
    const row = rows.get(session.neighbor) ?? {
      neighbor: session.neighbor,
      asn: session.remoteAsn,
      role: session.role,
      mapping: null,
      sessions: new Map(),
    }
    row.mapping ??= session.mapping
    row.sessions.set(session.localAddress, session)
    rows.set(session.neighbor, row)
  }
  const ordered = [...rows.values()].sort((a, b) => byAddress(a.neighbor, b.neighbor))
  return {
    instances,
    external: ordered.filter(({ role }) => role !== 'gateway-peer'),
    siblings: ordered.filter(({ role }) => role === 'gateway-peer'),
  }
}
