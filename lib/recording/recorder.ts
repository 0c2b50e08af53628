import type { HttpExchange } from '#lib/azure/index.ts'
import { type KeepableDataKind, type AnonymizedHttpExchange } from './recording-format.ts'
import { RecordingWriter } from './file.ts'
import { readOrCreateRecordingKey } from './scrub/keyed-pseudonyms.ts'
import { PrivateDataRemover } from './scrub/scrubber.ts'
import { hasAzureWordsOnly } from './scrub/vocabulary.ts'

/** Names of the response headers that are recorded. They are about request budgets, operations, pages and times. */
const HEADERS =
  /^(?:retry-after|location|azure-asyncoperation|operation-location|date|content-type|x-ms-ratelimit-.*|x-ms-user-quota-.*)$/
/** Requests that are not recorded: bills, because they contain amounts of money and no facts about the network. */
const LEFT_OUT = /\/providers\/microsoft\.costmanagement\//i
/** Time between two writes of gathered requests to the file, milliseconds. A crash loses at most this much time. */
const FLUSH_MS = 10_000

/** Removes the private data from a request and its response. */
export function scrubExchange(scrubber: PrivateDataRemover, exchange: HttpExchange): AnonymizedHttpExchange {
  const { sentAt, receivedAt, method, url, requestBody, answer, fault } = exchange
  // Process the response first, because ids in it show which words are names. Otherwise these names would not be
  // recognized in the URL and in the body of the request.
  const body = answer === null ? '' : scrubber.body(answer.body)
  const headers = Object.entries(answer?.headers ?? {}).filter(
    ([name]) => HEADERS.test(name) && hasAzureWordsOnly(name),
  )
  return {
    at: sentAt,
    ms: Math.max(0, receivedAt - sentAt),
    method,
    url: scrubber.url(url),
    request: requestBody === null ? null : scrubber.body(requestBody),
    status: answer?.status ?? null,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, scrubber.header(name, value)])),
    body,
    fault: fault === null || hasAzureWordsOnly(fault) ? fault : 'ERROR',
  }
}

export interface HttpExchangeRecorder {
  /** Records a request with its response. It is passed to the Azure client as `onExchange`. */
  readonly note: (exchange: HttpExchange) => void
  /** Number of requests that were recorded so far. */
  readonly count: number
  close(): void
}

/**
 * Returns a recorder that writes each request and response to a file, without private data. Private data is replaced by
 * values that are computed with a key. The key is stored in a separate file next to the recording.
 * @param onFault called once if the file cannot be written any more; the recording then stops
 * @throws RecordingError if the file is not a recording, or an error of the file system
 */
export function createExchangeRecorder(
  path: string,
  {
    kept,
    startedAt,
    onFault,
  }: { kept: readonly KeepableDataKind[]; startedAt: number; onFault: (error: unknown) => void },
): HttpExchangeRecorder {
  const scrubber = new PrivateDataRemover(readOrCreateRecordingKey(path), kept)
  const writer = new RecordingWriter(path, { startedAt, kept: [...kept] })
  let count = 0
  let isOpen = true
  const tried = (work: () => void): void => {
    if (!isOpen) return
    try {
      work()
    } catch (error) {
      isOpen = false
      clearInterval(timer)
      onFault(error)
    }
  }
  const timer = setInterval(() => tried(() => writer.flush()), FLUSH_MS).unref()
  return {
    note: (exchange) =>
      tried(() => {
        if (LEFT_OUT.test(exchange.url)) return
        writer.add(scrubExchange(scrubber, exchange))
        count += 1
      }),
    get count() {
      return count
    },
    close() {
      clearInterval(timer)
      tried(() => writer.close())
      isOpen = false
    },
  }
}
