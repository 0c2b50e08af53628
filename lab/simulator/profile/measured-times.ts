import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { ProfileChoices, OperationDurationRange } from './profile.ts'

/** The kinds of polls that are an operation of a gateway or of a circuit. */
const families = { gateway: ['peers', 'learned', 'advertised'], circuit: ['summary', 'arp', 'tables'] } as const

interface Seconds {
  least: number
  median: number
  most: number
}

/**
 * Returns run times from the `report.json` of a first contact, which measures the operations of a real tenant. They
 * have the shortest and the longest measured time, and a distribution whose median is the largest median of the kinds.
 * @throws Error if the text is not such a report
 */
export function readMeasuredOperationTimes(report: string): ProfileChoices['operationTimes'] {
  const kinds = (JSON.parse(report) as { figures?: { kinds?: Record<string, { seconds: Seconds }> } }).figures?.kinds
  if (!kinds) throw new Error('it has no figures.kinds: take the report.json of a first contact')
  const of = (family: keyof typeof families): OperationDurationRange | undefined => {
    const own = families[family].flatMap((kind) => kinds[kind]?.seconds ?? [])
    if (own.length === 0) return undefined
    const least = Math.min(...own.map((one) => one.least))
    const most = Math.max(...own.map((one) => one.most))
    const share = (Math.max(...own.map(({ median }) => median)) - least) / (most - least)
    const tail = share > 0 && share < 1 ? Math.log(share) / Math.log(0.5) : 1
    return { least: least * MS_PER_SECOND, most: most * MS_PER_SECOND, tail }
  }
  return { gateway: of('gateway'), circuit: of('circuit') }
}
