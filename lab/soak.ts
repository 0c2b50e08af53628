/**
 * Observes the processes of the whole product for days: `npm run bench soak [--days=1] [--speed=100]
 * [--by=intervals|clock] [--minutes=100] [--picture=FILE.svg]`, or its database for months: `npm run bench soak
 * --months=3 [--picture=FILE.svg]`.
 * The product runs like `npm start` on the built-in estate, with open streams of four walls, one of which reconnects at
 * each sample. `--by` selects how the days are accelerated:
 * - `intervals`: divides the default intervals by `--speed` with real clocks. Makes the polls, records, stream messages
 * and answers of that many days; work that depends on the clock (nightly jobs, retention, timeouts) is not accelerated.
 * - `clock`: keeps the default intervals, and runs all clocks and timers, including PostgreSQL's, `--speed` times as
 * fast (libfaketime). Computations take as long as usual, so the machine must be idle and timeouts occur sooner.
 * Every 18 s, prints the memory, open descriptors and CPU of each process, the size of the database, the number of
 * polls and the share that is late, and the real response times of queries and pages. Finally prints the growth of each
 * per day after it has settled (without the first third).
 * `--months`: this process polls the estate at virtual time, in the same way as the demo's past is generated, and runs
 * the history jobs in each virtual night. Prints rows and bytes by retention group, and faults: rows that should have
 * been deleted, and values that changed or should have changed. Exits with 1 if there is a fault. ADR 0195 describes
 * what neither mode tests.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { runSoakTestForDays } from './soak/days.ts'
import { runRetentionSoakTest } from './soak/nights.ts'
import { createClockPace, createIntervalPace } from './soak/pace.ts'

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '1' },
    speed: { type: 'string', default: '100' },
    by: { type: 'string', default: 'intervals' },
    minutes: { type: 'string', default: '100' },
    months: { type: 'string' },
    picture: { type: 'string' },
  },
})

if (values.months === undefined) await days()
else if ((await runRetentionSoakTest(Number(values.months), values.picture)) > 0) process.exitCode = 1

async function days(): Promise<void> {
  const speed = Number(values.speed)
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-soak-'))
  // PostgreSQL and the product's processes run as other users and read the speed in this folder
  chmodSync(folder, 0o755)
  try {
    await runSoakTestForDays(
      values.by === 'clock' ? createClockPace(speed, path.join(folder, 'speed')) : createIntervalPace(speed),
      {
        days: Number(values.days),
        minutes: Number(values.minutes),
        picture: values.picture,
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
