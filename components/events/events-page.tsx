'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { EventKind } from '#lib/contract/index.ts'
import { PAGE_ROWS, useEvents } from '../data/index.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { AsOf } from '../ui/time.tsx'
import { eventWords } from '../ui/words.ts'
import { Ledger } from './ledger.tsx'
import { RangeFields } from './range-fields.tsx'

/** Every kind, held complete by its type: the list itself would bring the contract's whole code to the browser. */
const kinds = Object.keys({
  session_down: true,
  session_up: true,
  session_flap: true,
  session_flapping: true,
  keepalive_stall: true,
  path_down: true,
  redundancy_lost: true,
  redundancy_restored: true,
  circuit_down: true,
  peer_lost: true,
  gateway_instance_lost: true,
  gateway_isolated: true,
  gateway_changing: true,
  provider_state_changed: true,
  peering_disabled: true,
  peering_enabled: true,
  resource_removed: true,
  failover: true,
  failback: true,
  best_path_shift: true,
  ecmp_reduced: true,
  ecmp_restored: true,
  no_path: true,
  mass_withdraw: true,
  mass_announce: true,
  own_space_heard: true,
  default_route_appeared: true,
  default_route_disappeared: true,
  prefix_headroom: true,
  prefix_limit_exceeded: true,
  counter_reset: true,
} satisfies Record<EventKind, true>)

export function EventsPage() {
  const [address, setAddress] = useQueryStates(
    { kind: parseAsString, scope: parseAsString, from: parseAsString, to: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const { kind, scope, from, to, cursor } = address
  const events = useEvents({ ...address, limit: PAGE_ROWS })
  const ask = (change: Partial<typeof address>) => void setAddress({ ...change, cursor: null })
  const filtered = Boolean(kind || scope || from || to)
  return (
    <>
      <PageHead
        title="Events"
        aside={events.data && <AsOf asOf={events.data.asOf} freshness={events.data.freshness} />}
      >
        What changed, with the bounds in which it did, newest first.
      </PageHead>
      <Panel title="Ledger" flush>
        <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
          <SelectField
            label="Kind"
            className="w-40"
            value={kind ?? ''}
            onChange={(event) => ask({ kind: event.target.value || null })}
            options={[{ value: '', label: 'Any' }, ...kinds.map((value) => ({ value, label: eventWords(value) }))]}
          />
          <ScopeSelect scope={scope} onChange={(value) => ask({ scope: value })} />
          <RangeFields from={from} to={to} onChange={ask} />
          {filtered && (
            <Button look="quiet" onClick={() => ask({ kind: null, scope: null, from: null, to: null })}>
              Clear
            </Button>
          )}
        </div>
        <AnswerView query={events} skeleton={<SkeletonRows rows={10} height="3rem" />}>
          {({ data, nextCursor }) => (
            <Ledger
              events={data}
              filter={{ kind, scope, from, to }}
              empty={
                filtered ? (
                  <Empty title="No event in this selection">Widen the time or choose another kind.</Empty>
                ) : (
                  <Empty title="No events yet">
                    Session changes appear here within a second of the poll that saw them. An estate at rest has none.
                  </Empty>
                )
              }
              paging={
                (cursor !== null || nextCursor !== null) && (
                  <nav aria-label="Pages of events" className="flex gap-2">
                    <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                      Newest
                    </Button>
                    <Button disabled={nextCursor === null} onClick={() => void setAddress({ cursor: nextCursor })}>
                      Older {PAGE_ROWS}
                    </Button>
                  </nav>
                )
              }
            />
          )}
        </AnswerView>
      </Panel>
    </>
  )
}
