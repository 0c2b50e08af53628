import type { EpochMs } from '#lib/contract/index.ts'

/** The period of time that a request asks for, epoch milliseconds. */
export interface TimePeriodOfRequest {
  from: EpochMs
  to: EpochMs
}

/**
 * Identifies a request without its period of time. Requests with the same key are answered from the same recorded
 * responses.
 */
interface RequestKey {
  key: string
  /** Requested period; null = the request is about the current state. */
  window: TimePeriodOfRequest | null
}

const TIME = "'?(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|\\+00:00)?)'?"
const FROM = new RegExp(`eventTimestamp ge ${TIME}`, 'i')
const TO = new RegExp(`eventTimestamp le ${TIME}`, 'i')
/** Times in the body of a request, which are its period. */
const BODY_TIMES = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g

/**
 * Reports whether a URL is Azure Monitor's request for the metrics of several resources. The body of such a request is
 * not part of its key, because clients may group the resources differently.
 */
export const isMetricsBatchUrl = (url: string): boolean => /\/metrics:getBatch(\?|$)/i.test(url)

/**
 * Returns the key and the period of a request.
 * @param url path and query. The api-version is ignored, so that a client with another version gets the same responses.
 */
export function parseRequestKey(method: string, url: string, body: string | null): RequestKey {
  const { pathname, searchParams } = new URL(url, 'https://azure.invalid')
  let window: TimePeriodOfRequest | null = null
  const query: string[] = []
  const [start, end] = ['starttime', 'endtime'].map((name) => Date.parse(searchParams.get(name) ?? ''))
  if (start !== undefined && end !== undefined && start <= end) window = { from: start, to: end }
  for (const [name, value] of searchParams) {
    const parameter = name.toLowerCase()
    if (['api-version', 'starttime', 'endtime'].includes(parameter)) continue
    if (parameter === 'timespan') {
      const [from = '', to = ''] = value.split('/')
      window = { from: Date.parse(from), to: Date.parse(to) }
      continue
    }
    const [, from] = FROM.exec(value) ?? []
    const [, to] = TO.exec(value) ?? []
    if (from !== undefined && to !== undefined) window = { from: Date.parse(from), to: Date.parse(to) }
    const timeless = value.replace(FROM, '').replace(TO, '')
    query.push(`${parameter}=${timeless.toLowerCase()}`)
  }
  const path = pathname.toLowerCase().replace(/(?<!\/)\/+$/, '')
  const asked = isMetricsBatchUrl(url) ? '' : (body ?? '').replace(BODY_TIMES, '')
  return { key: `${method} ${path}?${query.toSorted().join('&')} ${asked}`, window }
}
