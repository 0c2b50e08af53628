import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CapacityOutgrowthCause } from './advice/outgrown.ts'
import { generateEstate } from './advice/estates.ts'
import { simulateYearOfFollowedAdvice, type FollowedAdviceResult, type ForecastRangeCheck } from './advice/follow.ts'
import { FORECAST_HIT_RATES, getForecastHitRate } from '#lib/contract/events/forecast-band-hit-rates.ts'

/**
 * Measures whether following the cost advice saves money: `npm run bench advice [-- --estates=200] [--write]`.
 * Each generated estate has two circuits that back each other up, with a year of hourly usage: growth, holidays,
 * migrations, one-off transfers and backups into Azure. In the middle of each month from May to November, the advice
 * for the next month is computed from the usage known so far and then followed. The forecast bands of the advice are
 * also compared with the actual months, grouped by the hit rate that the advice reported. `--write` stores both tables
 * in lab/results/advice.txt.
 */

const DOCUMENT = path.resolve(import.meta.dirname, 'results/advice.txt')
const BEGIN = '<!-- figures: npm run bench advice -- --write -->'
const END = '<!-- end of advice -->'

const { values } = parseArgs({
  options: { estates: { type: 'string', default: '200' }, write: { type: 'boolean', default: false } },
})
const print = (text: string) => process.stdout.write(`${text}\n`)

const all: FollowedAdviceResult[] = []
for (let seed = 1; seed <= Number(values.estates); seed++) all.push(simulateYearOfFollowedAdvice(generateEstate(seed)))

const sum = (of: (one: FollowedAdviceResult) => number) => all.reduce((total, one) => total + of(one), 0)
const dollars = (amount: number) => `$${Math.round(amount).toLocaleString('en')}`
const never = sum(({ cost }) => cost.never)
const share = (amount: number) => `${((100 * amount) / never).toFixed(1)} %`
const rows = [
  ['never changing', never],
  ['following Peerwatch', sum(({ cost }) => cost.followed)],
  ['the best choice in hindsight', sum(({ cost }) => cost.best)],
] as const
const of = (list: readonly CapacityOutgrowthCause[], cause: CapacityOutgrowthCause) =>
  list.filter((one) => one === cause).length
const [above, overTaken] = [all.flatMap((one) => one.above), all.flatMap((one) => one.overTaken)]
const hours = all.flatMap(({ hoursAbove }) => hoursAbove)
const halfOf = (rest: number) => all.filter((_, i) => i % 2 === rest).flatMap(({ checks }) => checks)
const halves = [halfOf(0), halfOf(1)] as const
const regret = [
  `| over ${all.length} estates, 7 months each | cost | of never changing |`,
  '|---|---|---|',
  ...rows.map(([name, amount]) => `| ${name} | ${dollars(amount)} | ${share(amount)} |`),
  '',
  `| what following it did | |`,
  '|---|---|',
  `| changes made | ${sum(({ changes }) => changes)} |`,
  `| circuits that cost more than without any change | ${sum(({ losers }) => losers)} |`,
  `| circuits made smaller that ran above one path later, by what their past showed | ${of(above, 'knowable')} |`,
  `| ... by a migration or a one-off transfer afterwards | ${of(above, 'migration')} and ${of(above, 'transfer')} |`,
  `| hours that those ran above it, where the size is put back within a week: in all, at most | ${hours.reduce((sum, one) => sum + one, 0)}, ${Math.max(0, ...hours)} |`,
  `| circuits made smaller than what they had to take over later, by what the past of both showed | ${of(overTaken, 'knowable')} |`,
  `| ... by a migration or a one-off transfer afterwards, of either circuit | ${of(overTaken, 'migration')} and ${of(overTaken, 'transfer')} |`,
  `| prefixes stranded (Local where a region is beyond it, or a circuit released) | ${sum(({ stranded }) => stranded)} |`,
].join('\n')
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const shareOf = (checks: readonly ForecastRangeCheck[]) => checks.filter(({ held }) => held).length / checks.length

const table = `${regret}\n\n${confidenceTable(...halves)}`
print(table)
if (values.write) {
  const [before, rest] = readFileSync(DOCUMENT, 'utf8').split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`)
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`)
}

/**
 * Formats a table that compares the hit rate reported for forecast bands in the middle of a month with the share of
 * months that ended within the band. The reported rates were measured on one half of the estates; the other half checks
 * them.
 */
function confidenceTable(measured: readonly ForecastRangeCheck[], heldOut: readonly ForecastRangeCheck[]): string {
  const rows = FORECAST_HIT_RATES.map(({ from, share }, i) => {
    const to = FORECAST_HIT_RATES[i + 1]?.from ?? 1.01
    const of = (checks: readonly ForecastRangeCheck[]) =>
      checks.filter(({ said }) => said !== null && said >= from && said < to)
    const past = to > 1 ? `${percent(from)} and more` : `${percent(from)} to ${percent(to)}`
    const [first, other] = [of(measured), of(heldOut)]
    const word = `${Math.round(getForecastHitRate(from) * 10)} of 10`
    return `| ${past} | ${first.length} | ${percent(shareOf(first))} | ${percent(share)}, ${word} | ${other.length} | ${percent(shareOf(other))} |`
  })
  return [
    '| past bands that held | months of one half | came true there | said | months of the other half | came true |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
