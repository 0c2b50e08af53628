/**
 * Step of a contract with a provider. If the month's availability is below `below`, the provider owes a credit of
 * `credit`. Both are percentages; `credit` is a share of the month's fee.
 */
export interface ContractCreditStep {
  below: number
  credit: number
}

/** Down time of a month for which the provider is or may be responsible, in ms. */
interface ProviderDown {
  /** time that was certainly down, unplanned, and caused by the provider */
  atLeast: number
  /** time that may have been down or was not observed, unless another party certainly caused it */
  atMost: number
  /** length of the whole month, even if the month is not over */
  month: number
}

/**
 * The credit that is due, in percent of the month's fee: at least and at most, because down time has bounds. `promised`
 * = availability that the contract promises, in percent.
 */
interface ContractCredit {
  atLeast: number
  atMost: number
  promised: number
}

/**
 * Returns the credit that a contract grants for a month's down time.
 * @returns null = no credits are agreed
 */
export function computeContractCredit(
  steps: readonly ContractCreditStep[],
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
