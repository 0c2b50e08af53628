import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { printBenchLine } from '../history/figures.ts'
import { type SystemComparisonEstate } from './estate.ts'
import {
  findReportedOutage,
  measureOutageError,
  type ReportedOutageBounds,
  type TrueSessionOutage,
  findOutages,
  type UpSample,
} from './outages.ts'
import { createPeerwatchQueries } from './peerwatch.ts'
import { sessionSamples } from './promql.ts'
import type { TimeSeriesServer } from './servers.ts'

/** Session states at full hours, by session addresses. Hourly snapshots of sessions would contain these. */
export type HourlyStatesBySession = ReadonlyMap<string, readonly UpSample[]>

export const sessionKey = ({ localAddress, neighbor }: Pick<TrueSessionOutage, 'localAddress' | 'neighbor'>) =>
  `${localAddress} ${neighbor}`

/** Prints, for each outage, the bounds that every system reports and their error. */
export async function printOutageErrorsBySystem(
  db: Database,
  { resourceId, outages, from, to }: SystemComparisonEstate,
  servers: readonly TimeSeriesServer[],
  hourly: HourlyStatesBySession,
): Promise<void> {
  const own = createPeerwatchQueries(db, resourceId)
  for (const outage of outages) {
    const around = {
      from: Math.max(from, outage.from - MS_PER_DAY / 2),
      to: Math.min(to, outage.until + 2 * MS_PER_HOUR),
    }
    const sides: [name: string, known: readonly ReportedOutageBounds[]][] = [
      ['Peerwatch', await own.outages(outage, around.from, around.to)],
      ['hourly snapshots', findOutages(hourly.get(sessionKey(outage)) ?? [])],
    ]
    for (const { name, url } of servers) {
      const samples = (withUptime: boolean) => sessionSamples(url, outage, { ...around, withUptime })
      sides.push([`${name}, state`, findOutages(await samples(false))])
      sides.push([`${name}, uptime too`, findOutages(await samples(true))])
    }
    printBenchLine(`  ${seconds(outage.until - outage.from)} from ${new Date(outage.from).toISOString()}`)
    for (const [name, known] of sides)
      printBenchLine(`    ${name.padEnd(28)} ${shown(outage, findReportedOutage(outage, known))}`)
  }
}

function shown(outage: TrueSessionOutage, answer: ReportedOutageBounds | null): string {
  if (!answer) return 'does not know of it'
  const { begin, end, beginWithin, endWithin, holds } = measureOutageError(outage, answer)
  return (
    `begin ${seconds(begin)} late, bounds ${seconds(beginWithin)} apart; ` +
    `end ${seconds(end)} late, bounds ${seconds(endWithin)} apart; ${holds ? 'the bounds hold the truth' : 'THE BOUNDS DO NOT HOLD THE TRUTH'}`
  )
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms % 1_000 === 0 ? 0 : 1)} s`
