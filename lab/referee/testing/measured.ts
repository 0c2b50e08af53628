/** What Prometheus' text says of the process that answers: its number, and what it measured. Names and meanings of these figures stay. */
const OF_THE_PROCESS = /^\w+\{[^}]*process_id="[^\n]*\n/gm

/** A text of metrics without what another process, or the same one at another time, measures otherwise. */
export const withoutMeasured = (metrics: string): string => metrics.replaceAll(OF_THE_PROCESS, '')
