import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { TextSection } from '#lib/contract/document/document-model.ts'
import { type MoneyAmount, formatCurrencyAmount } from '#lib/contract/index.ts'
import type { CostReviewWithSummary, CostReviewCircuit } from '#lib/cost/api/index.ts'
import { formatMoneyPercentiles } from '#lib/cost/api/money-sums.ts'
import { formatComparedForecast } from '#lib/cost/api/review-basis.ts'
import { formatReviewCsv } from '#lib/cost/rules/index.ts'
import { createNumberColumn, type ReportDocument, createTableSection } from './document.ts'

const money = (amount: MoneyAmount | null | undefined) => (amount ? formatCurrencyAmount(amount) : '')

/**
 * Converts the weekly cost review to a report.
 * @param whose text about the resources that the report covers, for example `all subscriptions`
 */
export function buildCostReviewReport(review: CostReviewWithSummary, whose: string): ReportDocument {
  const { week, projections, closedAt } = review
  const nameOf = (id: string) => projections.circuits.find(({ circuitId }) => circuitId === id)?.name ?? id
  const state = closedAt ? `published ${formatUtcDay(closedAt)}` : 'not published yet: the figures may still change'
  return {
    title: `Cost review ${week}`,
    subtitle: `${whose}, ${formatUtcDay(review.from)} to ${lastDay(review.to)} (UTC), ${state}`,
    sections: [
      createTableSection({
        heading: `Projected for ${projections.month}`,
        note: 'Likely figure, with the 10th and 90th percentile. Currencies are not added up.',
        columns: [createNumberColumn('Total')],
        rows: projections.totals.map((one) => [formatMoneyPercentiles(one)]),
        empty: 'No circuit is priced.',
      }),
      savingsOf(review),
      circuitsOf(review),
      varianceOf(review, nameOf),
      unusedOf(review),
      budgetsOf(review),
      createTableSection({
        heading: 'Corrections of former reviews',
        note: 'Cost from the begin of the month until the end of the week. It contains no forecast.',
        columns: ['Week', 'Circuit', createNumberColumn('Published'), createNumberColumn('Now'), 'Why'],
        rows: review.corrections.map(({ week: of, circuitId, published, now, reason }) => [
          of,
          nameOf(circuitId),
          money(published),
          money(now),
          reason,
        ]),
        empty: 'None.',
      }),
    ],
    files: [{ name: `cost-review-${week}.csv`, text: formatReviewCsv(review) }],
  }
}

const lastDay = (to: string) => formatUtcDay(Date.parse(to) - 1)

function savingsOf({ summary }: CostReviewWithSummary): TextSection {
  const { saving, savingInPlace, savingByNewCircuit, asked, askedByNewCircuit = [] } = summary
  return createTableSection({
    heading: 'What can be saved a month',
    columns: ['By', createNumberColumn('Saves')],
    rows: [
      ...saving.map((one) => ['all recommended changes', formatMoneyPercentiles(one)]),
      ...savingInPlace.map((one) => ['those without a new circuit', formatMoneyPercentiles(one)]),
      ...savingByNewCircuit.map((one) => ['those with a new circuit', formatMoneyPercentiles(one)]),
      ...asked.map((one) => ['offers worth asking for, up to', `${money(one)} more`]),
      ...askedByNewCircuit.map((one) => ['those of them with a new circuit, up to', `${money(one)} more`]),
    ],
    empty: 'No change saves money for certain.',
  })
}

function circuitsOf({ projections, summary }: CostReviewWithSummary): TextSection {
  const circuits = new Map(projections.circuits.map((one) => [one.circuitId, one]))
  return createTableSection({
    heading: 'Circuits',
    columns: [
      'Circuit',
      'Plan',
      createNumberColumn('Estimated to date'),
      createNumberColumn('Month, likely'),
      'Recommendation',
      createNumberColumn('Saves a month'),
      createNumberColumn('Peak after, one path'),
      'Confidence in cost',
    ],
    rows: summary.circuits.flatMap(({ circuitId, saving, peak }) => {
      const one = circuits.get(circuitId)
      if (!one) return []
      const current = one.options.find((option) => option.current)
      const { reason, confidence } = one.recommendation
      return [
        [
          one.name,
          [one.plan, one.tier, one.bandwidthMbps && `${one.bandwidthMbps} Mbit/s`].filter(Boolean).join(', '),
          `${money(one.costToDate)}${one.assumedToDate ? `, of which assumed ${money(one.assumedToDate)}` : ''}`,
          current ? formatMoneyPercentiles(current) : (one.unpricedBecause ?? ''),
          reason,
          saving ? formatMoneyPercentiles(saving) : '',
          formatPeak(peak),
          confidence ? `${confidence.word}, ${confidence.words}` : '',
        ],
      ]
    }),
    empty: 'No circuits.',
  })
}

/** Formats the highest load of a circuit, for example `at least 92 %, nearly full`. */
const formatPeak = (peak: CostReviewCircuit['peak']): string =>
  peak
    ? `${peak.isAtLeast ? 'at least ' : ''}${Math.round(peak.share * 100)} %${peak.isNearlyFull ? ', nearly full' : ''}`
    : 'not known'

function varianceOf({ variance, comparedWith }: CostReviewWithSummary, nameOf: (id: string) => string): TextSection {
  return createTableSection({
    heading: comparedWith ? `Changes from ${formatComparedForecast(comparedWith)}` : 'Changes',
    columns: ['Circuit', createNumberColumn('Was'), createNumberColumn('Is'), createNumberColumn('Difference'), 'Why'],
    rows: variance.map(({ circuitId, from, to, difference, parts }) => [
      nameOf(circuitId),
      money(from),
      money(to),
      money(difference),
      parts.map(({ words, amount }) => `${words} (${formatCurrencyAmount(amount)})`).join('; '),
    ]),
    empty: comparedWith ? 'Nothing changed.' : 'There is no earlier review to compare with.',
  })
}

const unusedOf = ({ unused }: CostReviewWithSummary): TextSection =>
  createTableSection({
    heading: 'Unused capacity',
    columns: ['Resource', 'Why', createNumberColumn('Costs a month'), createNumberColumn('Would save'), 'What to do'],
    rows: unused.map(({ name, reason, perMonth, saving, remedy }) => [
      name,
      reason,
      money(perMonth),
      money(saving),
      remedy,
    ]),
    empty: 'None found.',
  })

const states = { within: 'within', likely_over: 'likely over', over: 'over', unknown: 'unknown' } as const

const budgetsOf = ({ budgets }: CostReviewWithSummary): TextSection =>
  createTableSection({
    heading: 'Budgets',
    columns: ['Budget', 'Owner', createNumberColumn('Amount'), createNumberColumn('Projected'), 'State'],
    rows: budgets.map(({ name, owner, budget, projected, state }) => [
      name,
      owner,
      money(budget),
      projected ? formatMoneyPercentiles(projected) : '',
      states[state],
    ]),
    empty: 'No budget is set.',
  })
