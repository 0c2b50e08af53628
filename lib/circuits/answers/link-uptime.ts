import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { directTypes, type EpochMs, isDirectType, type PollKind } from '#lib/contract/index.ts'
import type { CircuitsEndpointResponse } from '../api/index.ts'
import type { LinkUptimeParameters } from '../api/index.ts'
import { splitPeriodByState } from '#lib/detection/index.ts'
import { type LinkUptimeDay, readLinkDays } from '../store/index.ts'
import { readResourcePage, type OutageTime, readOutageTimes } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type Period,
  type ReadableDatabase,
  addProvenUntil,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
} from '#lib/questions/index.ts'
import {
  mergeEqualDays,
  type ResourceUptimeOfDay,
  computeDailyUptime,
  computeLastDaysPeriod,
} from '#lib/sessions/answers/index.ts'

const kinds: readonly PollKind[] = ['metrics']

/**
 * Returns the daily uptime of every link of every ExpressRoute Direct port and LAG, from the metric LineProtocol in Azure
 * Monitor. It goes back as far as raw samples are kept (RETAIN_RAW). Times of low light level come from events, which
 * are kept longer.
 * @source docs/rules/availability.md
 */
export async function getLinkUptime(
  db: ReadableDatabase,
  { days }: Pick<LinkUptimeParameters, 'days'>,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsEndpointResponse<'linkUptime'>> {
  const q = getSqlExecutor(db)
  const period = computeLastDaysPeriod(days, now)
  const ports = await readResourcePage(q, { types: directTypes })
  const seen = Map.groupBy(ports.length === 0 ? [] : await readLinkDays(q, period), keyOf)
  const sources = await readSources(q)
  const dim = ports.length === 0 ? [] : await readOutageTimes(q, { kinds: ['port_light_low'], ...period })
  const lights = await addProvenUntil(q, dim, sources, now)
  const ids = new Set(ports.map(({ id }) => id))
  return {
    data: ports.flatMap(({ id, type, config }) =>
      (isDirectType(type) ? decodeResourceConfig(type, config).links : []).map(({ name: link }) => {
        const low = lights.filter((light) => light.scope === id && isSame(linkOf(light), link))
        const known = seen.get(keyOf({ scope: id, link })) ?? []
        return { id, link, days: mergeEqualDays(linkDaysOf(period, known, low)) }
      }),
    ),
    ...buildFreshnessFields(
      findSupportingPolls(
        sources.filter(({ scope }) => ids.has(scope)),
        kinds,
        now,
      ),
      now,
    ),
  }
}

/**
 * Returns a text that identifies a link. It is in lower case, because Azure Monitor and ARM write link names
 * differently.
 */
const keyOf = ({ scope, link }: Pick<LinkUptimeDay, 'scope' | 'link'>) => `${scope} ${link.toLowerCase()}`
const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/**
 * Returns the link in the subject of a low-light event. The subject is one direction of a link, for example `link1 Rx`.
 */
const linkOf = ({ subject }: OutageTime) => subject.replace(/ \w+$/, '')

/** Returns the seconds of each day by state. Time that Azure Monitor did not report is unknown. */
function linkDaysOf(
  period: Period,
  known: readonly LinkUptimeDay[],
  low: readonly OutageTime[],
): ResourceUptimeOfDay[] {
  const inPart = splitPeriodByState(period, { outages: low, unseen: [], work: [] })
  // `low` contains only times of low light level, so this call computes only those. The states from the metric
  // LineProtocol are added below.
  return computeDailyUptime(period, { parts: inPart, inPart }).map((day, n): ResourceUptimeOfDay => {
    const {
      upSeconds = 0,
      downSeconds = 0,
      eitherSeconds = 0,
      disabledSeconds = 0,
    } = known.find((one) => one.day === n) ?? {}
    return {
      ...day,
      upSeconds: { atLeast: upSeconds, atMost: upSeconds + eitherSeconds },
      downSeconds: { atLeast: downSeconds, atMost: downSeconds + eitherSeconds },
      // Azure Monitor reports the current minute as a whole minute, so the difference could be negative. The minimum is
      // therefore 0.
      unknownSeconds: Math.max(0, day.seconds - upSeconds - downSeconds - eitherSeconds - disabledSeconds),
      plannedSeconds: disabledSeconds,
    }
  })
}
