import type { UsageAnswer, UsageDisagreement } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatBytes, formatShare } from '../format/quantity.ts'

const steps: Record<UsageAnswer['step'], string> = { '5m': '5 minutes', hour: 'hour', day: 'day', month: 'month' }
export const stepWords = (step: UsageAnswer['step']) => steps[step]

/** How far metrics lie off the counters, and over how long that was compared; null where nothing was. */
export function disagreementWords(disagreement: UsageDisagreement | null): string | null {
  if (disagreement === null || disagreement.comparedSeconds <= 0) return null
  const { comparedSeconds, in: to, out: from } = disagreement
  return `Over the ${formatDuration(comparedSeconds * 1000, 'round')} that both tell of, Azure Monitor’s metrics say ${offWords(to)} to Azure and ${offWords(from)} from Azure than the counters.`
}

function offWords({ bytes, share }: UsageDisagreement['in']): string {
  if (BigInt(bytes) === 0n) return 'no less and no more'
  const more = !bytes.startsWith('-')
  const size = share === null ? formatBytes(bytes.replace('-', '')) : formatShare(Math.abs(share))
  return `${size} ${more ? 'more' : 'less'}`
}
