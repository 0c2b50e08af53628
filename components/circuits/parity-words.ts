import type { CircuitParity } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import type { StatusWords } from '../ui/status.tsx'

/** Whether both paths are told the same. Prefixes that only one knows are worse than another length of AS path, which may be meant. */
export function parityStatus(parity: CircuitParity | null): StatusWords {
  if (parity === null) return { tone: 'unknown', word: 'UNKNOWN' }
  if (parity.onlyPrimary + parity.onlySecondary > 0) return { tone: 'degraded', word: 'DIFFERENT' }
  if (parity.unequal > 0) return { tone: 'notice', word: 'UNEQUAL' }
  return { tone: 'up', word: 'EQUAL' }
}

export function parityWords(parity: CircuitParity | null): string {
  if (parity === null) return 'One of the two tables has not been read yet.'
  const { shared, unequal, onlyPrimary, onlySecondary } = parity
  const said = [
    onlyPrimary > 0 && `${plural(onlyPrimary, 'prefix', 'prefixes')} on the primary path alone`,
    onlySecondary > 0 && `${plural(onlySecondary, 'prefix', 'prefixes')} on the secondary path alone`,
    unequal > 0 && `${plural(unequal, 'prefix', 'prefixes')} with AS paths of different length`,
  ].filter((words) => words !== false)
  const same = `${plural(shared - unequal, 'prefix', 'prefixes')} alike on both paths`
  return `${[...said, same].join('; ')}.`
}
