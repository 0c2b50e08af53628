import type { Check } from './follow.ts'

const BINS = [
  { name: 'not known yet', from: null, to: null },
  { name: 'under 6 of 10', from: 0, to: 0.55 },
  { name: '6 or 7 of 10', from: 0.55, to: 0.75 },
  { name: '8 of 10', from: 0.75, to: 0.85 },
  { name: '9 of 10', from: 0.85, to: 0.95 },
  { name: '10 of 10', from: 0.95, to: 1.01 },
] as const

/** What circuits said of their bands in the middle of a month, against how often the month ended within. */
export function confidenceTable(checks: readonly Check[]): string {
  return [
    '| said | months | came true |',
    '|---|---|---|',
    ...BINS.map(({ name, from, to }) => {
      const own = checks.filter(({ said }) =>
        from === null ? said === null : said !== null && said >= from && said < to,
      )
      const held = own.filter((one) => one.held).length
      return `| ${name} | ${own.length} | ${own.length === 0 ? '' : `${((100 * held) / own.length).toFixed(0)} %`} |`
    }),
  ].join('\n')
}
