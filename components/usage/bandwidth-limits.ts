import type { PlotLimit } from '../charts/plot/plot-model.ts'
import { formatBandwidth } from '../format/quantity.ts'

/**
 * Factor by which the traffic on both links of a circuit together can exceed the circuit's bandwidth, if the provider
 * allows it. Source: Azure documentation, "ExpressRoute FAQ", bursting.
 */
const BURST = 2

/**
 * Returns the reference lines of a traffic chart: the bandwidth and the burst rate, bit/s.
 * @param mbps bandwidth, Mbit/s; null = unknown
 */
export const createBandwidthLimits = (mbps: number | null): PlotLimit[] =>
  mbps === null
    ? []
    : [
        { value: mbps * 1e6, words: `${formatBandwidth(mbps)}, one path` },
        { value: BURST * mbps * 1e6, words: `${formatBandwidth(BURST * mbps)}, burst` },
      ]
