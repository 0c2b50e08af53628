'use client'

import { clsx } from 'clsx'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { azureStateWords } from '#lib/contract/words/index.ts'
import { sessionRoleNames } from '#lib/gateways/api/state-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { CardButton } from '../declarations/card-button.tsx'
import { MappingControl } from '../declarations/mapping-control.tsx'
import { plural } from '../format/quantity.ts'
import { sessionHref } from '../format/session-address.ts'
import { asnTitle } from '../ui/facts/as-path.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Status } from '../ui/status.tsx'
import { openRow } from '../ui/table/open-row.ts'
import { stacked } from '../ui/table/stacked.ts'
import { Since } from '../ui/times/time.tsx'
import { instanceStatus, sessionStatus } from '../ui/words.ts'
import { StateStrip, useSessionStrips } from '../timeline/session-strips.tsx'
import { AdvertisedLink } from '../routes/advertised-link.tsx'
import { gridOf, type NeighborRow } from './session-groups.ts'

const USUAL_INSTANCES = 2

/**
 * A row for each neighbor, a column for each instance of the gateway. Siblings are separate and not counted: one
 * that never connected is normal.
 */
export function SessionMatrix({ gateway, sessions }: { gateway: Gateway; sessions: Session[] }) {
  const { of } = useSessionStrips(gateway.id, null)
  const { instances, external, siblings } = gridOf(
    sessions,
    gateway.instances.map(({ address }) => address),
  )
  const onPhone = stacked(['Neighbor', ...instances])
  if (sessions.length === 0) {
    return (
      <Empty title="No BGP sessions">
        {gateway.reason ?? 'Peer status has not been polled yet, or this gateway has no BGP neighbors.'}
      </Empty>
    )
  }
  return (
    // a scrolling region must be reachable by keyboard
    <section
      tabIndex={0}
      aria-label="BGP sessions by neighbor and instance"
      className="overflow-x-auto -outline-offset-2"
    >
      <table className={clsx('w-full border-collapse text-left text-xs', onPhone.className)} style={onPhone.style}>
        <caption className="sr-only">BGP sessions: a row for each neighbor, a column for each instance</caption>
        <thead>
          <tr className="border-b">
            <th
              scope="col"
              className={clsx(
                'h-9 px-3.5 text-xs font-medium text-ink-3',
                // a share of its own: names that come later do not move the cells beside them
                instances.length <= USUAL_INSTANCES && 'w-[44%]',
              )}
            >
              Neighbor
            </th>
            {instances.map((address) => (
              <th key={address} scope="col" className="h-9 px-3 text-xs font-medium whitespace-nowrap">
                <span className="font-mono">{address || 'both instances'}</span>
                <InstanceNote
                  instance={gateway.instances.find((instance) => instance.address === address)}
                  gateway={gateway}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {external.map((row) => (
            <Row key={row.neighbor} gateway={gateway} row={row} instances={instances} stripOf={of} />
          ))}
        </tbody>
        {siblings.length > 0 && (
          <tbody>
            <tr>
              <th
                scope="colgroup"
                colSpan={instances.length + 1}
                className="border-t bg-sunken px-3.5 py-1.5 text-left text-xs font-medium text-ink-3"
              >
                Between the gateway’s own instances (not counted)
              </th>
            </tr>
            {siblings.map((row) => (
              <Row key={row.neighbor} gateway={gateway} row={row} instances={instances} stripOf={of} />
            ))}
          </tbody>
        )}
      </table>
    </section>
  )
}

function InstanceNote({ instance, gateway }: { instance: Gateway['instances'][number] | undefined; gateway: Gateway }) {
  if (!instance) return null
  if (instance.reporting === false)
    return <span className="hatch ml-2 rounded-xs px-1 font-semibold">NOT REPORTED</span>
  const { tone, word } = instanceStatus(instance, gateway)
  const isCounted = tone !== 'unknown' && tone !== 'off'
  return <span className="ml-2 font-normal text-ink-3">{isCounted ? `${word} up` : word}</span>
}

type StripOf = ReturnType<typeof useSessionStrips>['of']

function Row({
  gateway,
  row,
  instances,
  stripOf,
}: {
  gateway: Gateway
  row: NeighborRow
  instances: string[]
  stripOf: StripOf
}) {
  return (
    <tr className="border-b last:border-b-0">
      <th scope="row" className="px-3.5 py-1.5 font-normal">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <span className="min-w-20 font-mono text-sm">{row.neighbor}</span>
          <span className="text-xs text-ink-3">
            {row.asn !== null && <span title={asnTitle(row.asn)}>AS {row.asn} · </span>}
            {sessionRoleNames[row.role]}
          </span>
          {row.role === 'msee' && <MappingControl gateway={gateway.id} neighbor={row.neighbor} mapping={row.mapping} />}
          {row.role !== 'gateway-peer' && <AdvertisedLink gateway={gateway.id} neighbor={row.neighbor} isInItsRow />}
        </span>
      </th>
      {instances.map((address) => (
        <td
          key={address}
          className="min-w-40 px-3 py-1.5 has-[a[href]]:cursor-pointer hover:bg-hover"
          onClick={openRow}
        >
          <SessionCell session={row.sessions.get(address)} self={address === row.neighbor} stripOf={stripOf} />
        </td>
      ))}
    </tr>
  )
}

function SessionCell({ session, self, stripOf }: { session: Session | undefined; self: boolean; stripOf: StripOf }) {
  if (!session) return <span className="text-xs text-ink-3">{self ? 'itself' : 'no session'}</span>
  const { verdict, known, establishedAt, azureState, prefixesReceived, establishedTransitions } = session
  const up = verdict === 'up'
  const isSibling = session.role === 'gateway-peer'
  const wasReported = known === 'stale' && azureState
  return (
    <div className={clsx('text-xs', known === 'stale' && 'text-ink-3')}>
      <div className="flex flex-wrap items-center gap-x-2">
        {!(isSibling && !up) && <StateStrip parts={stripOf(session)} />}
        <PageLink href={sessionHref(session)} className="link inline-flex min-h-6 items-center text-sm">
          <Status {...sessionStatus(session)} />
        </PageLink>
        {up && establishedAt && (
          <span className="text-ink-2">
            <Since bounds={establishedAt} brief />
          </span>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-2 text-ink-3">
        <span>
          {up && prefixesReceived !== null && plural(prefixesReceived, 'prefix', 'prefixes')}
          {wasReported && `Azure last reported ${azureStateWords(azureState)}`}
          {establishedTransitions > 0 && (
            <span title="Transitions to established that Peerwatch observed">
              {(up || wasReported) && ' · '}
              {plural(establishedTransitions, 'transition')}
            </span>
          )}
        </span>
        {!isSibling && <CardButton {...cardOf(session)} />}
      </div>
    </div>
  )
}

const cardOf = (session: Session) => ({
  scope: session.scope,
  part: sessionSubject(session),
  of: `the session ${sessionSubject(session).replace('~', ' to ')}`,
})
