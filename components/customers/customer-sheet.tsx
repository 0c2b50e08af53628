import type { Customer } from '#lib/customers/api/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { PrintedAvailabilityMonth } from '../availability/availability-page.tsx'
import { PrintedCircuits } from '../circuits/circuit-table.tsx'
import { formatCustomerCost, listCustomerCosts } from '../cost/customer-costs.tsx'
import { tcoColumns, UnpricedTcoRows } from '../cost/tco-rows.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PrintedIncidents } from '../incidents/printed-incidents.tsx'
import { PrintedTable } from '../paper/paper-table.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { StateLabel } from '../ui/status.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { OPEN_INCIDENTS_QUERY, getSessionsStatus } from './customer-text.ts'

/**
 * Printed report on a customer. It contains the parts of all tabs except closed incidents, and lines to sign. The data
 * of closed tabs is loaded together with the page, because printing does not wait for requests.
 */
export function CustomerPrintSheet({
  name,
  customer,
  answer,
}: {
  name: string
  customer: Customer
  answer: ResponseAge
}) {
  const circuits = useEndpointQuery('circuits', { customer: name }).data?.data
  const incidents = useEndpointQuery('incidents', { ...OPEN_INCIDENTS_QUERY, customer: name }).data?.data
  const month = useEndpointQuery('reports/availability', { customer: name }).data?.data
  const mayReadCost = useHasRight('read_cost')
  const status = getSessionsStatus(customer)
  return (
    <>
      {mayReadCost && <CostAhead name={name} />}
      <PrintedDocumentLayout
        title={name}
        name={`Report on ${name}`}
        answer={answer}
        status={status && <StateLabel {...status} />}
        signature={['Report accepted by', 'Name', 'Date']}
        content={() => (
          <>
            {circuits ? <PrintedCircuits circuits={circuits} /> : <Missing part="Circuits" />}
            {!incidents && <Missing part="Open incidents" />}
            {incidents && incidents.length > 0 && <PrintedIncidents caption="Open incidents" incidents={incidents} />}
            {month ? <PrintedAvailabilityMonth report={month} /> : <Missing part="Availability" />}
            {mayReadCost && <PrintedCost name={name} />}
          </>
        )}
      />
    </>
  )
}

const useMonthCost = (name: string) => useEndpointQuery('cost/tco', { months: 1, customer: name }).data?.data

/** Starts loading the cost of a customer before the report is printed; renders nothing. */
function CostAhead({ name }: { name: string }) {
  useMonthCost(name)
  return null
}

/** Total cost of the customer in this month so far, and its items. */
function PrintedCost({ name }: { name: string }) {
  const tco = useMonthCost(name)
  if (!tco) return <Missing part="Cost" />
  const unpriced = tco.rows.filter(({ cost }) => cost === null)
  const sums = listCustomerCosts(tco).map(formatCustomerCost)
  return (
    <>
      <PrintedTable
        caption={`Cost, this month so far (UTC): ${sums.join(' and ') || 'no cost items'}`}
        columns={tcoColumns}
        widths={{ what: 16, of: 18, quantity: 14, price: 12, cost: 14, note: 26 }}
        rows={tco.rows.filter(({ cost }) => cost !== null)}
        rowKey={({ kind, resourceId, name: of, customer, note, quantity }) =>
          [kind, resourceId, of, customer, note, quantity].join(' ')
        }
      />
      {unpriced.length > 0 && (
        <section className="text-xs">
          <h2 className="text-sm font-semibold">
            {formatCountWithPlural(unpriced.length, 'item')} without a price, not in this sum
          </h2>
          <UnpricedTcoRows rows={unpriced} />
        </section>
      )}
    </>
  )
}

/** Note that replaces a part of the printed report whose data was not loaded in time. */
const Missing = ({ part }: { part: string }) => (
  <p className="text-sm">
    <span className="font-semibold">{part}:</span> not loaded when this report was printed. Open the page and print it
    again.
  </p>
)
