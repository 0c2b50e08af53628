/**
 * Maximum delay of Azure Monitor's metrics, milliseconds. A missing value that is more recent may still arrive, so it
 * does not count as a gap.
 */
export const METRIC_DELAY_MS = 15 * 60_000
