import type { Freshness } from '../api/envelope.ts'

export const freshnessNames: Readonly<Record<Freshness['state'], string>> = {
  fresh: 'fresh',
  late: 'late',
  stale: 'stale',
  never: 'never polled',
}
