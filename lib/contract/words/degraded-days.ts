/**
 * Returns the note on an availability of 100 % next to days that are marked degraded: `, 3 d degraded`; '' for none. The
 * loss of one of two paths is not an outage, so that the percentage does not count it.
 * @param count number of degraded days
 */
export const formatDegradedDays = (count: number): string => (count > 0 ? `, ${count} d degraded` : '')
