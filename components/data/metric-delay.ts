/** How late Azure Monitor's metrics may come, ms: what is younger and missing may still come, and is no gap. */
export const METRIC_DELAY_MS = 15 * 60_000
