import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { formatBandwidth } from '../format/quantity.ts'

/**
 * Factor by which the two links of a circuit together can exceed its bandwidth, if the provider allows it. Source:
 * Azure documentation, "ExpressRoute FAQ", bursting.
 */
const BURST = 2

/**
 * Returns the rates in bit/s that a circuit's traffic is compared with.
 * @param mbps bandwidth; null = unknown
 */
export const usageLimits = (mbps: number | null): PlotLimit[] =>
  mbps === null
    ? []
    : [
        { value: mbps * 1e6, words: `${formatBandwidth(mbps)}, one path` },
        { value: BURST * mbps * 1e6, words: `${formatBandwidth(BURST * mbps)}, burst` },
      ]
