/**
 * Maximum delay of Azure Monitor's metrics, ms. More recent missing data may still arrive and does not count as a gap.
 */
export const METRIC_DELAY_MS = 15 * 60_000
