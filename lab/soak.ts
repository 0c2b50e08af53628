/**
 * What days do to the processes of the whole product: `npm run bench soak [--days=1] [--speed=100] [--by=intervals|clock] [--minutes=100] [--picture=FILE.svg]`,
 * and months to its database: `npm run bench soak --months=3 [--picture=FILE.svg]`.
 *
 * The product runs as `npm start` runs it, on the built-in estate, with streams open as four walls hold them, one of which connects again at
 * each sample. `--by` says how its days are made to fit:
 * - `intervals`: the default intervals divided by `--speed`, on real clocks: the polls, their recording, the messages of streams and the answers of
 *   so many days; nothing that waits for the clock (jobs of the night, retention, timeouts) comes sooner than it does.
 * - `clock`: the default intervals, and all clocks and timers, PostgreSQL's too, `--speed` times as fast (libfaketime). What it computes takes as
 *   long as ever, so that the machine must be idle, and times out the sooner.
 *
 * Every 18 s: memory, open descriptors and CPU of each process, the size of the database, what was polled and what of it was late,
 * and how long questions and pages take in real time. After that, what each grows by in a day once it has settled (without the first third).
 *
 * `--months`: the estate is polled at virtual time by this one process, as the demo's past is made, and in each virtual night the jobs of history run:
 * rows and bytes by what keeps them, and what should have gone or changed and did not; a fault ends with exit code 1. ADR 0195 says what neither shows.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { soakDays } from './soak/days.ts'
import { soakNights } from './soak/nights.ts'
import { byClock, byIntervals } from './soak/pace.ts'

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
else if ((await soakNights(Number(values.months), values.picture)) > 0) process.exitCode = 1

async function days(): Promise<void> {
  const speed = Number(values.speed)
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-soak-'))
  // PostgreSQL and the product's processes run as other users, who read the speed here
  chmodSync(folder, 0o755)
  try {
    await soakDays(values.by === 'clock' ? byClock(speed, path.join(folder, 'speed')) : byIntervals(speed), {
      days: Number(values.days),
      minutes: Number(values.minutes),
      picture: values.picture,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
