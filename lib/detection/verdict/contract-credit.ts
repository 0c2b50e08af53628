/** A step of a contract: below this availability this credit of the month's fee is due, both in percent. */
export interface CreditStep {
  below: number
  credit: number
}

/** Down time of a month for which the provider is responsible, in ms. */
interface ProviderDown {
  /** certainly down, unplanned, and caused by the provider */
  atLeast: number
  /** possibly down or not observed, and not certainly caused by another party */
  atMost: number
  /** length of the whole month, even if it is not over */
  month: number
}

/** The credit due from a month's fee, in percent. */
interface ContractCredit {
  atLeast: number
  atMost: number
  promised: number
}

/**
 * Returns the credit of a contract for a month's down time.
 * @returns null = no credits are agreed
 */
export function contractCredit(
  steps: readonly CreditStep[],
  { atLeast, atMost, month }: ProviderDown,
): ContractCredit | null {
  if (steps.length === 0 || month <= 0) return null
  const dueFor = (down: number): number => {
    const available = (1 - Math.min(down, month) / month) * 100
    return Math.max(0, ...steps.filter(({ below }) => available < below).map(({ credit }) => credit))
  }
  return {
    atLeast: dueFor(atLeast),
    atMost: dueFor(Math.max(atLeast, atMost)),
    promised: Math.max(...steps.map(({ below }) => below)),
  }
}
