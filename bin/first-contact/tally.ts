import type { HttpExchange } from '#lib/azure/index.ts'
import type { PollObservation, PollKind } from '#lib/contract/index.ts'
import { hasAzureWordsOnly } from '#lib/recording/index.ts'
import { computeClockDifference } from '#lib/setup/clock-checks.ts'
import type { FirstContactFigures, ValueDistribution } from '#lib/setup/contact-checks.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'

type EndedPoll = Pick<PollObservation, 'kind' | 'outcome' | 'startedAt' | 'finishedAt'> & {
  error: { code: string | null } | null
}

/**
 * Returns an error code, a header or a media type of a response unchanged if it consists only of words that Azure is
 * known to use. Otherwise returns `other`, because the text may come from a proxy or contain a name of the deployment.
 */
const azuresOrOther = (text: string): string => (hasAzureWordsOnly(text) ? text : 'other')

const spread = (values: readonly number[]): ValueDistribution | null => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10
  return sorted.length === 0 ? null : { least: at(0), median: at(0.5), most: at(1) }
}

class Counts {
  readonly #counts = new Map<string, number>()

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
  }

  get all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** Counts Azure's responses. It stores no name, address or ID from them. */
export class FirstContactTally {
  readonly #statuses = new Counts()
  readonly #faults = new Counts()
  readonly #apiVersions = new Counts()
  readonly #contentTypes = new Counts()
  readonly #budgets = new Map<string, number>()
  readonly #retryAfter: number[] = []
  readonly #bytes: number[] = []
  readonly #seconds: number[] = []
  readonly #kinds = new Map<PollKind, { outcomes: Counts; codes: Counts; seconds: number[] }>()
  #requests = 0
  #operations = 0
  #pages = 0
  #clock: { atLeast: number; atMost: number } | null = null

  readonly noteExchange = ({ sentAt, receivedAt, url, answer, fault }: HttpExchange): void => {
    this.#requests += 1
    if (fault !== null) this.#faults.add(azuresOrOther(fault))
    this.#apiVersions.add(/[?&]api-version=([\w.-]+)/i.exec(url)?.[1] ?? 'none')
    if (answer === null) return
    const { status, headers, body } = answer
    this.#statuses.add(String(status))
    this.#contentTypes.add(azuresOrOther(headers['content-type']?.split(';')[0] ?? 'none'))
    this.#bytes.push(body.length)
    this.#seconds.push((receivedAt - sentAt) / MS_PER_SECOND)
    if (status === 202) this.#operations += 1
    if (/"nextLink"\s*:\s*"/i.test(body)) this.#pages += 1
    const wait = Number(headers['retry-after'] ?? Number.NaN)
    if (Number.isFinite(wait)) this.#retryAfter.push(wait)
    for (const [name, value] of Object.entries(headers)) {
      if (
        !/^x-ms-(?:ratelimit-remaining|user-quota-remaining)/.test(name) ||
        !/^\d+$/.test(value) ||
        !hasAzureWordsOnly(name)
      )
        continue
      this.#budgets.set(name, Math.min(Number(value), this.#budgets.get(name) ?? Infinity))
    }
    this.#readClock(Date.parse(headers.date ?? ''), sentAt, receivedAt)
  }

  #readClock(theirs: number, sentAt: number, receivedAt: number): void {
    if (!Number.isFinite(theirs)) return
    const { atLeastMs, atMostMs } = computeClockDifference({ sentAt, receivedAt, theirs, resolutionMs: MS_PER_SECOND })
    this.#clock = {
      atLeast: Math.max(atLeastMs, this.#clock?.atLeast ?? -Infinity),
      atMost: Math.min(atMostMs, this.#clock?.atMost ?? Infinity),
    }
  }

  readonly notePoll = ({ kind, outcome, error, startedAt, finishedAt }: EndedPoll): void => {
    const own = this.#kinds.get(kind) ?? { outcomes: new Counts(), codes: new Counts(), seconds: [] }
    this.#kinds.set(kind, own)
    own.outcomes.add(outcome)
    if (error?.code) own.codes.add(azuresOrOther(error.code))
    own.seconds.push((finishedAt - startedAt) / MS_PER_SECOND)
  }

  figures(): FirstContactFigures {
    return {
      requests: this.#requests,
      statuses: this.#statuses.all,
      faults: this.#faults.all,
      apiVersions: this.#apiVersions.all,
      contentTypes: this.#contentTypes.all,
      budgets: Object.fromEntries(this.#budgets),
      retryAfterSeconds: spread(this.#retryAfter),
      operations: this.#operations,
      pages: this.#pages,
      bytes: spread(this.#bytes),
      seconds: spread(this.#seconds),
      clockAheadMs: this.#clock,
      kinds: Object.fromEntries(
        [...this.#kinds].map(([kind, { outcomes, codes, seconds }]) => [
          kind,
          {
            polls: seconds.length,
            outcomes: outcomes.all,
            seconds: spread(seconds) ?? { least: 0, median: 0, most: 0 },
            codes: codes.all,
          },
        ]),
      ),
    }
  }
}
