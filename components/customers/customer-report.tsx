'use client'

import { isSameCustomer } from '#lib/contract/customer.ts'
import type { Customer } from '#lib/customers/api/index.ts'
import { CircuitTable } from '../circuits/circuit-table.tsx'
import { useHasRight } from '../access/caller.tsx'
import { CustomerCosts } from '../cost/customer-costs.tsx'
import { TcoRows } from '../cost/tco-rows.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { IncidentRows } from '../incidents/incident-row.tsx'
import { groupRecurringIncidents } from '../incidents/recurrence.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PrintButton } from '../paper/print-button.tsx'
import { AvailabilityMonthTable } from '../availability/availability-page.tsx'
import { ResourceTabs } from '../resource-page/resource-tabs.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { CustomerPrintSheet } from './customer-sheet.tsx'
import { connectionModelLabels, OPEN_INCIDENTS_QUERY, getSessionsStatus } from './customer-text.ts'

/**
 * Page about one customer: its circuits with their incidents, this month's availability and cost, and links to its
 * gateways and sessions.
 */
export function CustomerReport({ name }: { name: string }) {
  const mayReadCost = useHasRight('read_cost')
  const customers = useEndpointQuery('customers')
  const customer = customers.data?.data.find((one) => isSameCustomer(one.name, name))
  const status = customer && getSessionsStatus(customer)
  return (
    <>
      <PageHeader
        title={name}
        leads
        eyebrow={
          <PageLink href="/customers" className="link">
            Customers
          </PageLink>
        }
        status={status && <StateLabel {...status} />}
        since={
          customer ? (
            <Belongings customer={customer} />
          ) : (
            customers.data && 'No customer of this name is declared, or named by a tag.'
          )
        }
        age={<PageAge answer={customers.data} />}
        actions={<PrintButton />}
      />
      {customer && customers.data && <CustomerPrintSheet name={name} customer={customer} answer={customers.data} />}
      <ResourceTabs
        tabs={[
          { id: 'circuits', name: 'Circuits', children: <Circuits customer={name} /> },
          { id: 'availability', name: 'Availability', children: <MonthAvailability customer={name} /> },
          ...(mayReadCost ? [{ id: 'cost', name: 'Cost', children: <MonthCost customer={name} /> }] : []),
        ]}
      />
    </>
  )
}

/**
 * Line with the numbers of the customer's gateways and sessions, which link to their lists, and with the names of its
 * subscriptions and its connection model.
 */
function Belongings({ customer: { name, connect, subscriptions, sessions, gateways } }: { customer: Customer }) {
  const of = `?customer=${encodeURIComponent(name ?? '')}`
  const all = sessions.up + sessions.down + sessions.unknown + sessions.other
  return (
    <>
      <PageLink href={`/gateways${of}`} className="link">
        {formatCountWithPlural(gateways.length, 'gateway')}
      </PageLink>
      {' · '}
      <PageLink href={`/sessions${of}`} className="link">
        {formatCountWithPlural(all, 'session')}
      </PageLink>
      {[...subscriptions.map(({ id, name }) => name ?? id), ...(connect ? [connectionModelLabels[connect]] : [])].map(
        (words) => ` · ${words}`,
      )}
    </>
  )
}

function Circuits({ customer }: { customer: string }) {
  const circuits = useEndpointQuery('circuits', { customer })
  return (
    <>
      <Incidents name="Open incidents" query={useEndpointQuery('incidents', { ...OPEN_INCIDENTS_QUERY, customer })} />
      <Panel flush>
        <QueryStateView query={circuits} skeleton={<SkeletonRows rows={3} />}>
          {({ data }) => <CircuitTable circuits={data} />}
        </QueryStateView>
      </Panel>
      <Incidents
        name="Recent incidents"
        query={useEndpointQuery('incidents', { state: 'closed', limit: MAX_RECENT, customer })}
      />
    </>
  )
}

/** Maximum number of closed incidents on the page. */
const MAX_RECENT = 10

/** Panel with incidents; renders nothing if there are none. */
function Incidents({
  name,
  query: { data },
}: {
  name: string
  query: ReturnType<typeof useEndpointQuery<'incidents'>>
}) {
  if (!data || data.data.length === 0) return null
  return (
    <Panel title={name} flush>
      <IncidentRows name={name} groups={groupRecurringIncidents(data.data)} />
    </Panel>
  )
}

/** Shows the customer's part of the total cost, this month so far. */
function MonthCost({ customer }: { customer: string }) {
  const query = useEndpointQuery('cost/tco', { months: 1, customer })
  return (
    <Panel title="Cost" note="this month so far (UTC), with shares of what several customers use" flush>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={3} />}>
        {({ data }) => (
          <>
            <CustomerCosts tco={data} />
            <TcoRows rows={data.rows} />
          </>
        )}
      </QueryStateView>
    </Panel>
  )
}

/** Shows the customer's availability in the current month so far, UTC. */
function MonthAvailability({ customer }: { customer: string }) {
  const query = useEndpointQuery('reports/availability', { customer })
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={3} />}>
      {({ data }) => <AvailabilityMonthTable report={data} />}
    </QueryStateView>
  )
}
