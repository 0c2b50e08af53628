import type { Observation } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { GATEWAY } from './estate.ts'
import { keyOf, type Series, seriesOf } from './exposition.ts'
import type { Tick } from './feed.ts'
import { labelFields, type Sample, writeRequest } from './remote-write.ts'

/** An hour, which Prometheus still takes in one request: it refuses what is older than an hour before the newest sample. */
const BATCH_MS = HOUR

/**
 * Hands the scrapes of past days to servers by remote write, with the markers that a scrape leaves where a series ends. The text formats
 * (`promtool tsdb create-blocks-from openmetrics`, VictoriaMetrics's import) have no such marker: a route that was withdrawn would be
 * there for as long as a sample counts.
 */
export class Shipping {
  readonly #urls: readonly string[]
  /** labels as they are written, and those that each kind of poll served last */
  readonly #labels = new Map<string, Buffer>()
  readonly #served = new Map<Observation['kind'], ReadonlyMap<string, Series>>()
  #samples = new Map<string, Sample[]>()
  #batchEnds: number | null = null
  /** samples that were sent to each server */
  sent = 0

  constructor(urls: readonly string[]) {
    this.#urls = urls
  }

  /** Series that have ever been served. */
  get series(): number {
    return this.#labels.size
  }

  async add({ at, polls }: Tick): Promise<void> {
    if (this.#batchEnds !== null && at >= this.#batchEnds) await this.flush()
    this.#batchEnds ??= at + BATCH_MS
    for (const observation of polls) {
      if (observation.kind !== 'peers' && observation.kind !== 'learned') continue
      const served = new Map(seriesOf(GATEWAY, observation).map((one) => [keyOf(one.labels), one]))
      for (const key of this.#served.get(observation.kind)?.keys() ?? []) {
        if (!served.has(key)) this.#sample(key, { at, value: null })
      }
      for (const [key, { labels, value }] of served) {
        if (!this.#labels.has(key)) this.#labels.set(key, labelFields(labels))
        this.#sample(key, { at, value })
      }
      this.#served.set(observation.kind, served)
    }
  }

  #sample(key: string, sample: Sample): void {
    const samples = this.#samples.get(key)
    if (samples) samples.push(sample)
    else this.#samples.set(key, [sample])
  }

  /** Sends what was gathered. @throws when a server refuses it */
  async flush(): Promise<void> {
    const batch = [...this.#samples].map(([key, samples]) => ({
      labels: this.#labels.get(key) ?? Buffer.alloc(0),
      samples,
    }))
    this.#samples = new Map()
    this.#batchEnds = null
    if (batch.length === 0) return
    this.sent += batch.reduce((sum, { samples }) => sum + samples.length, 0)
    const body = writeRequest(batch)
    for (const url of this.#urls) {
      const answer = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        },
        body: new Uint8Array(body),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${url} refused samples: ${answer.status} ${text.slice(0, 300)}`)
    }
  }
}
