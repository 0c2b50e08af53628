import type { EpochMs } from '#lib/contract/index.ts'
import { COMPARISON_GATEWAY_NAME } from './estate.ts'
import {
  listPrefixesCoveringAddress,
  LEARNED_ROUTE_METRIC_NAME,
  SESSION_UP_METRIC_NAME,
  SESSION_UPTIME_METRIC_NAME,
} from './exposition.ts'
import type { UpSample } from './outages.ts'

export type MetricLabelPairs = Readonly<Record<string, string>>

interface Answer<Result> {
  status: string
  error?: string
  data: Result
}

type Value = [seconds: number, value: string]

async function ask<Result>(url: string, path: string, parameters: Record<string, string>): Promise<Result> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    // the server is on the same machine, so compression would only cost CPU
    headers: { 'accept-encoding': 'identity' },
    body: new URLSearchParams(parameters),
  })
  const { status, error, data } = (await answer.json()) as Answer<Result>
  if (status !== 'success') throw new Error(`${url}: ${error}`)
  return data
}

/** Runs an instant query. */
async function at(
  url: string,
  query: string,
  moment: EpochMs,
): Promise<{ metric: MetricLabelPairs; values?: Value[] }[]> {
  const time = String(moment / 1_000)
  const { result } = await ask<{ result: { metric: MetricLabelPairs; values?: Value[] }[] }>(url, 'query', {
    query,
    time,
  })
  return result
}

const TABLE = `${LEARNED_ROUTE_METRIC_NAME}{gateway="${COMPARISON_GATEWAY_NAME}"}`

/** Returns the routes that cover an address, queried by its 33 possible prefixes. */
export async function coveringByPrefixes(url: string, address: string, moment: EpochMs): Promise<MetricLabelPairs[]> {
  const prefixes = listPrefixesCoveringAddress(address).map((prefix) => prefix.replaceAll('.', '\\\\.'))
  const found = await at(
    url,
    `${LEARNED_ROUTE_METRIC_NAME}{gateway="${COMPARISON_GATEWAY_NAME}",prefix=~"${prefixes.join('|')}"}`,
    moment,
  )
  return found.map(({ metric }) => metric)
}

/** Returns the routes that cover an address by fetching the whole table and searching it in the client. */
export async function coveringInTable(url: string, address: string, moment: EpochMs): Promise<MetricLabelPairs[]> {
  const covering = new Set(listPrefixesCoveringAddress(address))
  const table = await at(url, TABLE, moment)
  return table.map(({ metric }) => metric).filter(({ prefix = '' }) => covering.has(prefix))
}

/** Counts the series of the table that differ between two times: series that disappeared and series that are new. */
export async function countDifferingSeries(url: string, { from, to }: { from: EpochMs; to: EpochMs }): Promise<number> {
  const before = `${TABLE} offset ${(to - from) / 1_000}s`
  const gone = await at(url, `${before} unless ${TABLE}`, to)
  const begun = await at(url, `${TABLE} unless ${before}`, to)
  return gone.length + begun.length
}

/** Returns every scraped sample of a session in a period. */
export async function sessionSamples(
  url: string,
  { localAddress, neighbor }: { localAddress: string; neighbor: string },
  { from, to, withUptime }: { from: EpochMs; to: EpochMs; withUptime: boolean },
): Promise<UpSample[]> {
  const raw = async (name: string) => {
    const matcher = `{gateway="${COMPARISON_GATEWAY_NAME}",instance="${localAddress}",neighbor="${neighbor}"}`
    const found = await at(url, `${name}${matcher}[${(to - from) / 1_000}s]`, to)
    // skips stale markers (end of a series), which VictoriaMetrics returns and Prometheus does not
    return found.flatMap(({ values = [] }) =>
      values.flatMap(([seconds, value]) => (value === 'NaN' ? [] : [{ at: seconds * 1_000, value: Number(value) }])),
    )
  }
  const uptimes = new Map(
    withUptime ? (await raw(SESSION_UPTIME_METRIC_NAME)).map(({ at, value }) => [at, value * 1_000]) : [],
  )
  const ups = await raw(SESSION_UP_METRIC_NAME)
  return ups.map(({ at, value }) => ({ at, up: value === 1, uptimeMs: uptimes.get(at) ?? null }))
}

/** Returns the names of labels, including `__name__`, whose values contain a text. */
export async function labelsHolding(url: string, text: string, from: EpochMs, to: EpochMs): Promise<string[]> {
  const period = { start: String(from / 1_000), end: String(to / 1_000) }
  const get = async (path: string) => {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(period)}`)
    return ((await answer.json()) as Answer<string[]>).data
  }
  const holding: string[] = []
  for (const name of await get('labels')) {
    if ((await get(`label/${name}/values`)).some((value) => value.includes(text))) holding.push(name)
  }
  return holding
}
