import type { Customer } from '#lib/customers/api/index.ts'
import { useMay } from '../access/caller.tsx'
import { PrintedMonth } from '../availability/availability-page.tsx'
import { PrintedCircuits } from '../circuits/circuit-table.tsx'
import { listCustomerCosts } from '../cost/customer-costs.tsx'
import { formatMoney } from '../cost/money-text.ts'
import { tcoColumns } from '../cost/tco-rows.tsx'
import { useEndpoint } from '../data/index.ts'
import { PrintedIncidents } from '../incidents/printed-incidents.tsx'
import { PaperTable } from '../paper/paper-table.tsx'
import { PrintSheet } from '../paper/print-sheet.tsx'
import { Status } from '../ui/status.tsx'
import type { AnswerAgeFacts } from '../ui/times/age-text.ts'
import { OPEN_INCIDENTS_QUERY, getSessionsStatus } from './customer-text.ts'

/**
 * Printed report on a customer: all parts of the page, with a lane in which the report is signed. The parts in closed
 * tabs are loaded together with the page, because a print starts without waiting for them.
 */
export function CustomerSheet({
  name,
  customer,
  answer,
}: {
  name: string
  customer: Customer
  answer: AnswerAgeFacts
}) {
  const circuits = useEndpoint('circuits', { customer: name }).data?.data ?? []
  const incidents = useEndpoint('incidents', { ...OPEN_INCIDENTS_QUERY, customer: name }).data?.data ?? []
  const month = useEndpoint('reports/availability', { customer: name }).data?.data
  const mayReadCost = useMay('read_cost')
  const status = getSessionsStatus(customer)
  return (
    <>
      {mayReadCost && <CostAhead name={name} />}
      <PrintSheet
        title={name}
        name={`Report on ${name}`}
        answer={answer}
        status={status && <Status {...status} />}
        signature={['Report accepted by', 'Name', 'Date']}
        content={() => (
          <>
            <PrintedCircuits circuits={circuits} />
            {incidents.length > 0 && <PrintedIncidents caption="Open incidents" incidents={incidents} />}
            {month && <PrintedMonth report={month} />}
            {mayReadCost && <PrintedCost name={name} />}
          </>
        )}
      />
    </>
  )
}

const useMonthCost = (name: string) => useEndpoint('cost/tco', { months: 1, customer: name }).data?.data

/** Loads the cost of a customer; renders nothing. */
function CostAhead({ name }: { name: string }) {
  useMonthCost(name)
  return null
}

/** Total cost of the customer in this month so far, and its items. */
function PrintedCost({ name }: { name: string }) {
  const tco = useMonthCost(name)
  if (!tco) return null
  const sums = listCustomerCosts(tco).map(({ cost, atMost, currency }) =>
    currency === null
      ? 'no priced items'
      : [...new Set([cost, atMost])].map((amount) => formatMoney({ amount, currency })).join(' – '),
  )
  return (
    <PaperTable
      caption={`Cost, this month so far (UTC): ${sums.join(' and ') || 'no cost items'}`}
      columns={tcoColumns}
      widths={{ what: 16, of: 18, quantity: 14, price: 12, cost: 14, note: 26 }}
      rows={tco.rows}
      rowKey={({ kind, resourceId, name: of, customer, note, quantity }) =>
        [kind, resourceId, of, customer, note, quantity].join(' ')
      }
    />
  )
}
