import type { PollObservation } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { COMPARISON_GATEWAY_NAME } from './estate.ts'
import { formatSeriesLabelKey, type MetricSeriesSample, convertPollToMetricSeries } from './exposition.ts'
import type { PollFeedTick } from './feed.ts'
import { labelFields, type TimeSeriesSample, encodeRemoteWriteRequest } from './remote-write.ts'

/**
 * Time range of one request. Prometheus accepts at most an hour, because it rejects samples more than an hour older
 * than the newest.
 */
const BATCH_MS = MS_PER_HOUR

/**
 * Sends the scrapes of past days to the servers by remote write. When a series ends, it also sends the stale marker
 * that the server itself would have stored. The text formats (`promtool tsdb create-blocks-from openmetrics`, the
 * import of VictoriaMetrics) do not support this marker, so that a withdrawn route would remain visible until its last
 * sample is too old.
 */
export class RemoteWriteSender {
  readonly #urls: readonly string[]
  /** `#labels`: encoded labels of each series. `#served`: series of the last poll of each kind. */
  readonly #labels = new Map<string, Buffer>()
  readonly #served = new Map<PollObservation['kind'], ReadonlyMap<string, MetricSeriesSample>>()
  #samples = new Map<string, TimeSeriesSample[]>()
  #batchEnds: number | null = null
  /** number of samples sent to each server */
  sent = 0

  constructor(urls: readonly string[]) {
    this.#urls = urls
  }

  /** Number of distinct series served so far. */
  get series(): number {
    return this.#labels.size
  }

  async add({ at, polls }: PollFeedTick): Promise<void> {
    if (this.#batchEnds !== null && at >= this.#batchEnds) await this.flush()
    this.#batchEnds ??= at + BATCH_MS
    for (const observation of polls) {
      if (observation.kind !== 'peers' && observation.kind !== 'learned') continue
      const served = new Map(
        convertPollToMetricSeries(COMPARISON_GATEWAY_NAME, observation).map((one) => [
          formatSeriesLabelKey(one.labels),
          one,
        ]),
      )
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

  #sample(key: string, sample: TimeSeriesSample): void {
    const samples = this.#samples.get(key)
    if (samples) samples.push(sample)
    else this.#samples.set(key, [sample])
  }

  /**
   * Sends the collected samples.
   * @throws if a server refuses them
   */
  async flush(): Promise<void> {
    const batch = [...this.#samples].map(([key, samples]) => ({
      labels: this.#labels.get(key) ?? Buffer.alloc(0),
      samples,
    }))
    this.#samples = new Map()
    this.#batchEnds = null
    if (batch.length === 0) return
    this.sent += batch.reduce((sum, { samples }) => sum + samples.length, 0)
    const body = encodeRemoteWriteRequest(batch)
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
