import { isJsonObject, type ExactJson, type JsonObject } from '#lib/azure/decode/json.ts'
import { findListMember, getArmMember } from '#lib/azure/decode/members.ts'
import type { TimePeriodOfRequest } from './request-key.ts'

/**
 * Returns a response for a period of time, combined from all recorded responses to the same request. This is necessary
 * because clients of the replay request other periods than the recorded requests. Later responses take precedence,
 * because Azure corrects the values of recent minutes.
 * @param bodies bodies of the responses, sorted by time; only responses that were recorded until the replayed moment
 * @returns the last response if all lists are empty; null if there is no response, or if the lists contain other rows
 *   than metrics or entries of the Activity Log
 */
export function composeResponseForPeriod(bodies: readonly ExactJson[], window: TimePeriodOfRequest): JsonObject | null {
  const objects = bodies.filter(isJsonObject)
  const last = objects.at(-1)
  if (!last) return null
  const rows = objects.flatMap((body) => findListMember(body, 'value').filter(isJsonObject))
  if (rows.some((row) => getArmMember(row, 'timeseries') !== undefined)) {
    const { from, to } = window
    const timespan = `${new Date(from).toISOString()}/${new Date(to).toISOString()}`
    return { ...last, timespan, value: metrics(rows, window) }
  }
  if (rows.length > 0 && rows.every((row) => getArmMember(row, 'eventTimestamp') !== undefined)) {
    const own = rows.filter((row) => isIn(getArmMember(row, 'eventTimestamp'), window))
    const byId = new Map(own.map((row) => [getArmMember(row, 'eventDataId'), row]))
    const { nextLink: _, ...rest } = last
    return { ...rest, value: [...byId.values()] }
  }
  return rows.length === 0 ? last : null
}

const isIn = (time: ExactJson | undefined, { from, to }: TimePeriodOfRequest): boolean => {
  const at = Date.parse(String(time))
  return at >= from && at <= to
}

/**
 * Combines metrics of several responses. Metrics with the same name become one metric, series with the same dimensions
 * become one series, and values at the same time become one value.
 */
function metrics(rows: readonly JsonObject[], window: TimePeriodOfRequest): ExactJson[] {
  const found = new Map<
    string,
    { metric: JsonObject; series: Map<string, { one: JsonObject; points: Map<ExactJson, ExactJson> }> }
  >()
  for (const metric of rows) {
    const name = JSON.stringify(getArmMember(metric, 'name') ?? null)
    const own = found.get(name) ?? { metric, series: new Map() }
    found.set(name, own)
    for (const one of findListMember(metric, 'timeseries').filter(isJsonObject)) {
      const dimensions = JSON.stringify(getArmMember(one, 'metadatavalues') ?? null)
      const kept = own.series.get(dimensions) ?? { one, points: new Map() }
      own.series.set(dimensions, kept)
      for (const point of findListMember(one, 'data').filter(isJsonObject)) {
        const at = getArmMember(point, 'timeStamp')
        if (isIn(at, window)) kept.points.set(at ?? null, point)
      }
    }
  }
  return [...found.values()].map(({ metric, series }) => ({
    ...metric,
    timeseries: [...series.values()].map(({ one, points }) => ({ ...one, data: [...points.values()] })),
  }))
}
