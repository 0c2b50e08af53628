'use client'

import { useQueries } from '@tanstack/react-query'
import { isSameCustomer } from '#lib/contract/customer.ts'
import type { Customer } from '#lib/customers/api/index.ts'
import { CircuitTable } from '../circuits/circuit-table.tsx'
import { IfMay } from '../access/caller.tsx'
import { CustomerCosts } from '../cost/customer-costs.tsx'
import { TcoRows } from '../cost/tco-rows.tsx'
import { endpointQuery, useEndpoint } from '../data/index.ts'
import { GatewayTable } from '../gateways/gateway-table.tsx'
import { IncidentRows } from '../incidents/incident-row.tsx'
import { groupedIncidents } from '../incidents/recurrence.tsx'
import { SessionTable } from '../sessions/session-table.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { useNowInSteps } from '../ui/times/clock.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { AvailabilityTable } from './availability-table.tsx'
import { connectWords, OPEN_INCIDENTS } from './customer-words.ts'

/** All that one customer has, and how it is: on screen, and on paper. */
export function CustomerReport({ name }: { name: string }) {
  const customers = useEndpoint('customers')
  const own = { customer: name }
  const circuits = useEndpoint('circuits', own)
  const gateways = useEndpoint('gateways', own)
  const sessions = useEndpoint('sessions', own)
  const incidents = useEndpoint('incidents', { ...OPEN_INCIDENTS, ...own })
  return (
    <>
      <PageHead
        title={name}
        eyebrow="Customer"
        age={<PageAge answer={customers.data} />}
        actions={
          <Button onClick={() => window.print()} className="print:hidden">
            Print
          </Button>
        }
      />
      <div className="grid gap-4">
        <Panel title="Summary">
          <AnswerView query={customers} skeleton={<SkeletonRows rows={1} />}>
            {({ data }) => <Summary customer={data.find((one) => isSameCustomer(one.name, name))} />}
          </AnswerView>
        </Panel>
        <Panel title="Open incidents" flush>
          <AnswerView query={incidents} skeleton={<SkeletonRows rows={2} />}>
            {({ data }) =>
              data.length > 0 ? (
                <IncidentRows name="Open incidents" groups={groupedIncidents(data)} />
              ) : (
                <Empty title="No incident is open">What was not polled is below, with each resource.</Empty>
              )
            }
          </AnswerView>
        </Panel>
        <Panel title="Circuits" flush>
          <AnswerView query={circuits} skeleton={<SkeletonRows rows={3} />}>
            {({ data }) => <CircuitTable circuits={data} />}
          </AnswerView>
        </Panel>
        <MonthAvailability circuits={circuits.data?.data ?? []} />
        <IfMay right="read_cost">
          <MonthCost customer={name} />
        </IfMay>
        <Panel title="Gateways" flush>
          <AnswerView query={gateways} skeleton={<SkeletonRows rows={2} />}>
            {({ data }) => <GatewayTable gateways={data} />}
          </AnswerView>
        </Panel>
        <Panel title="Sessions" flush>
          <AnswerView query={sessions} skeleton={<SkeletonRows rows={4} />}>
            {({ data }) => <SessionTable sessions={data} at={null} scope={null} />}
          </AnswerView>
        </Panel>
      </div>
    </>
  )
}

/** The customer's part of the total cost, this month so far. */
function MonthCost({ customer }: { customer: string }) {
  const query = useEndpoint('cost/tco', { months: 1, customer })
  return (
    <Panel title="Cost" note="this month so far (UTC), with shares of what several customers use" flush>
      <AnswerView query={query} skeleton={<SkeletonRows rows={3} />}>
        {({ data }) => (
          <>
            <CustomerCosts tco={data} />
            <TcoRows rows={data.rows} />
          </>
        )}
      </AnswerView>
    </Panel>
  )
}

function Summary({ customer }: { customer: Customer | undefined }) {
  if (!customer) return <p className="text-sm text-ink-2">No customer of this name is declared, or named by a tag.</p>
  const { connect, subscriptions, sessions, circuits, gateways, openIncidents } = customer
  const declared: [string, string][] = connect ? [['Connection', connectWords[connect]]] : []
  const tenants = [...new Set(subscriptions.flatMap(({ tenantId }) => tenantId ?? []))]
  return (
    <Facts
      facts={[
        ['Circuits', circuits.length],
        ['Gateways', gateways.length],
        ['Sessions up', sessions.up],
        ['Sessions down', sessions.down],
        ['Sessions unknown', sessions.unknown],
        ['Open incidents', openIncidents],
        ['Subscriptions', subscriptions.map(({ id, name }) => name ?? id).join(', ') || 'none'],
        ['Tenants', tenants.join(', ') || 'not listed'],
        ...declared,
      ]}
    />
  )
}

/** Month to date, UTC. */
function MonthAvailability({ circuits }: { circuits: readonly { id: string; name: string }[] }) {
  const now = new Date(useNowInSteps(60_000))
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth())).toISOString()
  const answers = useQueries({
    queries: circuits.map(({ id }) => endpointQuery('sessions/availability', { scope: id, from })),
  })
  const rows = circuits.flatMap(({ id, name }, at) =>
    (answers[at]?.data?.data ?? []).map((row) => ({ ...row, circuitId: id, circuitName: name })),
  )
  return (
    <Panel
      title={`Availability in ${from.slice(0, 7)}`}
      note="of the sessions with the customer's routers, this month so far (UTC)"
      flush
    >
      <AvailabilityTable rows={rows} isLoading={answers.some(({ isPending }) => isPending)} />
    </Panel>
  )
}
