import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { useState } from 'react'
import type { CostProjection, CostTco } from '#lib/cost/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { formatCount, formatPlural } from '../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { CustomerCosts } from './customer-costs.tsx'
import { GlobalReachMonth } from './global-reach-month.tsx'
import { formatMoney, formatPrice } from './money-text.ts'
import { cellClass, PlainTable, rowClass } from './plain-table.tsx'
import { TcoRows } from './tco-rows.tsx'

const times = [
  { value: '1', label: 'this month so far' },
  { value: '3', label: 'three months' },
  { value: '6', label: 'six months' },
]

/**
 * Shows the total cost of ownership (circuits, gateways, peering, providers) by circuit with the cost per transferred
 * GB, and by customer.
 */
export function TcoPanel({ circuits }: { circuits: readonly CostProjection[] }) {
  const [months, setMonths] = useState('1')
  return (
    <Panel
      id="tco"
      title="Total cost of ownership"
      note="circuits, gateways, peering and providers, by circuit and by customer"
      flush
      aside={
        <SelectField
          label="Time"
          className="w-40"
          options={times}
          value={months}
          onChange={({ target }) => setMonths(target.value)}
        />
      }
    >
      <TcoOf months={Number(months)} circuits={circuits} />
    </Panel>
  )
}

function TcoOf({ months, circuits }: { months: number; circuits: readonly CostProjection[] }) {
  const query = useEndpoint('cost/tco', { months })
  return (
    <AnswerView query={query} skeleton={<SkeletonRows rows={5} />}>
      {({ data }) => <Tco tco={data} circuits={circuits} />}
    </AnswerView>
  )
}

function Tco({ tco, circuits }: { tco: CostTco; circuits: readonly CostProjection[] }) {
  const { rows, totals, perCircuit, perCustomer, gatewaysSaved } = tco
  const unpriced = rows.filter(({ cost }) => cost === null).length
  const nameOf = (id: string) => circuits.find(({ circuitId }) => circuitId === id)?.name ?? id
  return (
    <>
      <p className="px-3.5 pt-3 text-ink-2">
        <span className="font-semibold text-ink">{formatSum(totals)}</span> from {formatUtcDay(tco.from)} to{' '}
        {formatUtcDay(tco.to)}, as far as there are prices
        {unpriced > 0 && `; ${formatPlural(unpriced, 'unpriced item')} excluded`}.
      </p>
      <div className="grid xl:grid-cols-2">
        <PlainTable
          caption="Total cost by circuit"
          head={['Circuit', 'Cost', 'Transferred, both directions', 'Per GB']}
          right={['Cost', 'Transferred, both directions', 'Per GB']}
          className="min-w-[28rem]"
        >
          {perCircuit.map((one) => (
            <tr key={one.circuitId} className={rowClass}>
              <th scope="row" className={`${cellClass} font-medium`}>
                {nameOf(one.circuitId)}
              </th>
              <td className={`${cellClass} text-right`}>
                {formatSum(one.totals)}
                {one.unpriced > 0 && <span className="block text-xs text-ink-3">{one.unpriced} without a price</span>}
              </td>
              <td className={`${cellClass} text-right whitespace-nowrap`}>
                {formatCount(Math.round(Number(one.gbTransferred)))} GB
              </td>
              <td className={`${cellClass} text-right`}>{one.perGb.map(formatPrice).join(', ') || 'no traffic'}</td>
            </tr>
          ))}
        </PlainTable>
        <CustomerCosts tco={{ perCustomer }} />
      </div>
      {gatewaysSaved.map((one) => (
        <SavedGateways key={one.hub} saved={one} />
      ))}
      <GlobalReachMonth />
      <TcoRows rows={rows} />
    </>
  )
}

/** Formats one total for each currency, joined with "and". */
const formatSum = (totals: CostTco['totals']): string => totals.map(formatMoney).join(' and ') || 'no priced items'

function SavedGateways({ saved }: { saved: CostTco['gatewaysSaved'][number] }) {
  const { hub, gateways, perMonth, peeringAtMostPerMonth } = saved
  return (
    <p className="border-t px-3.5 py-2 text-ink-2">
      {formatPlural(gateways, 'network')} {gateways === 1 ? 'uses' : 'use'} the gateway of{' '}
      <span className="font-medium text-ink">{hub}</span>. With one of the same size each, {formatMoney(perMonth)} a
      month more
      {peeringAtMostPerMonth &&
        `; peering costs at most ${formatMoney(peeringAtMostPerMonth)} a month instead, if it carries all traffic of the circuits`}
      .
    </p>
  )
}
