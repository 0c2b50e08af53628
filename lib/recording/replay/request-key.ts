import type { EpochMs } from '#lib/contract/index.ts'

/** Period that a request asks for, epoch milliseconds. */
export interface Window {
  from: EpochMs
  to: EpochMs
}

/** Key of a request without its period. Requests with the same key are answered from the same recorded responses. */
interface RequestKey {
  key: string
  /** requested period; null = the request is for the current state */
  window: Window | null
}

const TIME = "'?(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|\\+00:00)?)'?"
const FROM = new RegExp(`eventTimestamp ge ${TIME}`, 'i')
const TO = new RegExp(`eventTimestamp le ${TIME}`, 'i')
/** Pattern for the times in a body that define a period. */
const BODY_TIMES = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g

/**
 * Reports whether a URL is Azure Monitor's request for several resources at once. Its body is not part of the key,
 * because clients group resources into requests arbitrarily.
 */
export const isBatch = (url: string): boolean => /\/metrics:getBatch(\?|$)/i.test(url)

/**
 * Returns the key of a request.
 * @param url path and query; the api-version is ignored, so that a client with another version gets the same responses
 */
export function requestKey(method: string, url: string, body: string | null): RequestKey {
  const { pathname, searchParams } = new URL(url, 'https://azure.invalid')
  let window: Window | null = null
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
  const asked = isBatch(url) ? '' : (body ?? '').replace(BODY_TIMES, '')
  return { key: `${method} ${path}?${query.toSorted().join('&')} ${asked}`, window }
}
