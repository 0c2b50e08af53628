/**
 * What detection concludes about generated estates with random faults, held against the truth by a judge that shares no code with it:
 * `npm run bench judge -- [--seed=1] [--estates=50] [--hours=3] [--interval=60] [--answers=all|none|availability,…]
 * [--detection=yes|no]`: the API's answers are about the same estate, recorded in a database. Prints each wrong conclusion with its seed, then counts by class. Ends with 1 where anything
 * is wrong.
 */
import { parseArgs } from 'node:util'
import { DAY, SECOND } from '#lib/contract/time/time.ts'
import { withServer } from './history/server.ts'
import { answers } from './judge/answers.ts'
import { countsOf } from './judge/counts.ts'
import { judge, type Judgement } from './judge/judge.ts'
import { play } from './judge/play.ts'
import { record } from './judge/record.ts'
import { truthOfPlayed } from './judge/truth.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    estates: { type: 'string', default: '50' },
    hours: { type: 'string', default: '3' },
    interval: { type: 'string', default: '60' },
    answers: { type: 'string', default: 'all' },
    detection: { type: 'string', default: 'yes' },
    verbose: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const first = Number(values.seed)
const asked = Object.entries(answers).flatMap(([name, one]) =>
  values.answers === 'all' || values.answers.split(',').includes(name) ? [one] : [],
)
/** Answers are about a past. */
const day = Math.floor(Date.now() / DAY - 2) * DAY
const all: Judgement[] = []
let [days, faults] = [0, 0]
await withServer(async (open) => {
  for (let seed = first; seed < first + Number(values.estates); seed++) {
    const isDetected = values.detection === 'yes'
    const played = await play(seed, Number(values.hours), Number(values.interval) * SECOND, day, isDetected)
    const judgements = isDetected ? judge(played) : []
    if (asked.length > 0) {
      const recorded = await record(await open(), played)
      for (const one of asked) judgements.push(...(await one(recorded, truthOfPlayed(played))))
    }
    for (const { of, is, detail } of judgements)
      if (is === 'wrong' || (is === 'unknown' && values.verbose)) print(`seed ${seed} ${is} ${of}: ${detail}`)
    all.push(...judgements)
    days += (played.end - played.start) / DAY
    faults += played.faults.length
  }
})
print(`\n${faults} faults in ${days.toFixed(1)} days of ${values.estates} estates, seed ${first}\n`)
print(countsOf(all))
process.exitCode = all.some(({ is }) => is === 'wrong') ? 1 : 0
