import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { formatBandwidth } from '../format/quantity.ts'

/**
 * The two links of a circuit carry up to twice its bandwidth together where the provider lets them.
 * Source: Azure documentation, "ExpressRoute FAQ", bursting.
 */
const BURST = 2

/** The rates that traffic of a circuit is compared with, bit/s. @param mbps null = not known */
export const usageLimits = (mbps: number | null): PlotLimit[] =>
  mbps === null
    ? []
    : [
        { value: mbps * 1e6, words: `${formatBandwidth(mbps)}, one path` },
        { value: BURST * mbps * 1e6, words: `${formatBandwidth(BURST * mbps)}, burst` },
      ]
