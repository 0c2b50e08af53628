/** When a subscription's list of providers is due: this process remembers what it read for it last. */
export class ProviderLists {
  readonly #monotonic: () => number
  readonly #read = new Map<string, { until: number; names: string }>()

  /** @param monotonic milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  isDue(subscriptionId: string, names: string): boolean {
    const last = this.#read.get(subscriptionId)
    return last === undefined || last.names !== names || this.#monotonic() >= last.until
  }

  remember(subscriptionId: string, names: string, forMs: number): void {
    this.#read.set(subscriptionId, { until: this.#monotonic() + forMs, names })
  }
}
