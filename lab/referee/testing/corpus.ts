import { corpus } from '../../corpus/corpus.ts'
import { run } from '../../corpus/run.ts'
import type { Recorded } from './recording.ts'

/** As the rest of the tests plays the corpus. */
const EVERY_MS = 300_000

/**
 * Events and incidents that detection derives from the scenarios of the corpus, with all of their fields.
 * @param every of so many scenarios one is played
 */
export async function corpusEvents(every: number): Promise<Recorded[]> {
  const recorded: Recorded[] = []
  for (const scenario of corpus.filter((_, n) => n % every === 0)) {
    const { events, incidents } = await run(scenario, EVERY_MS)
    const body = JSON.stringify({ events: sorted(events), incidents: sorted(incidents) })
    recorded.push({ name: `corpus ${scenario.id}`, scope: '-', status: 0, type: 'application/json', body })
  }
  return recorded
}

const sorted = (rows: readonly { key: string }[]) =>
  rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((row) => inOrder(row))

/** In whichever order a record was put together, its fields stand in one. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, own]) => [name, inOrder(own)]),
  )
}
