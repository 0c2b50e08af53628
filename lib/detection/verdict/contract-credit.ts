/** Below so much availability so much of the month's fee, both in percent. */
export interface CreditStep {
  below: number
  credit: number
}

/** Of a month, ms: what counts against the provider. */
interface ProviderDown {
  /** certainly down, unplanned, through the provider */
  atLeast: number
  /** what may be down, or was not seen, and was not certainly somebody else's fault */
  atMost: number
  /** the whole month, also where it is not over */
  month: number
}

/** What is due of a month's fee, in percent. */
interface ContractCredit {
  atLeast: number
  atMost: number
  promised: number
}

/** The credit of a contract by a month's down time. @returns null = nothing is agreed */
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
