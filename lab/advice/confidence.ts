import { CAME_TRUE, cameTrue } from '#lib/contract/events/came-true.ts'
import type { Check } from './follow.ts'

const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const shareOf = (checks: readonly Check[]) => checks.filter(({ held }) => held).length / checks.length

/**
 * What circuits said in the middle of a month, against how often the month ended within the band: what is said was measured on the one half
 * of the estates, what came true on the other.
 */
export function confidenceTable(measured: readonly Check[], heldOut: readonly Check[]): string {
  const rows = CAME_TRUE.map(({ from, share }, i) => {
    const to = CAME_TRUE[i + 1]?.from ?? 1.01
    const of = (checks: readonly Check[]) => checks.filter(({ said }) => said !== null && said >= from && said < to)
    const past = to > 1 ? `${percent(from)} and more` : `${percent(from)} to ${percent(to)}`
    const [first, other] = [of(measured), of(heldOut)]
    const word = `${Math.round(cameTrue(from) * 10)} of 10`
    return `| ${past} | ${first.length} | ${percent(shareOf(first))} | ${percent(share)}, ${word} | ${other.length} | ${percent(shareOf(other))} |`
  })
  return [
    '| past bands that held | months of one half | came true there | said | months of the other half | came true |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
