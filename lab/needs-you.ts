/**
 * Compares the statements whether incidents need a person with the true losses of the corpus: `npm run bench needs-you
 * -- [--only=S01,S982] [--at-once=2]`. Each scenario is recorded in a database like a worker with the default
 * intervals; faults of the collector are left out. Prints each wrong `nobody`, each needless `now`, and counts. Exits
 * with 1 if a `nobody` is wrong.
 */
import { parseArgs } from 'node:util'
import { userActionTimes } from '#lib/contract/index.ts'
import { corpusScenarios } from './corpus/corpus.ts'
import { NON_DURABLE_POSTGRES_SETTINGS, runWithBenchPostgresServer } from './history/server.ts'
import { type ScenarioAttentionNeeds, collectScenarioAttentionNeeds } from './needs-you/state-needs.ts'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, 'at-once': { type: 'string', default: '2' } },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const chosen = new Set(values.only.split(',').filter((id) => id !== ''))
const waiting = corpusScenarios.filter(({ id }) => chosen.size === 0 || chosen.has(id))
const results: ScenarioAttentionNeeds[] = []
const failed: string[] = []

await runWithBenchPostgresServer(async (open, _, drop) => {
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const { id } = scenario
      const db = await open()
      try {
        const needs = await collectScenarioAttentionNeeds(db, scenario)
        results.push(needs)
        for (const { at, loss, reasons } of needs.losses.filter(({ when }) => when === 'nobody'))
          print(`${id} WRONG at ${new Date(at).toISOString()}: ${loss.prefix} ${loss.kind}; ${reasons.join('; ')}`)
        for (const title of needs.needless) print(`${id} woken without need: ${title}`)
      } catch (error) {
        failed.push(id)
        print(`${id} FAILED: ${(error as Error).message}`)
      }
      await drop(db)
    }
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work))
}, NON_DURABLE_POSTGRES_SETTINGS)

const losses = results.flatMap((one) => one.losses)
const stated = results.flatMap((one) => one.stated)
print(`\n${results.length} scenarios, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`)
const counts = userActionTimes.map((when) => `${stated.filter((one) => one.when === when).length} ${when}`)
print(`statements: ${counts.join(', ')}`)
for (const kind of ['cut', 'last'] as const) {
  const own = losses.filter(({ loss }) => loss.kind === kind)
  const byNeed = userActionTimes.map((when) => `${own.filter((one) => one.when === when).length} ${when}`)
  print(`${own.length} prefixes ${kind === 'cut' ? 'without a path' : 'on their last path'}: ${byNeed.join(', ')}`)
}
const wakes = results.reduce((sum, one) => sum + one.wakes, 0)
const needless = results.reduce((sum, one) => sum + one.needless.length, 0)
print(`${wakes} incidents woke somebody, ${needless} of them without need`)
process.exitCode = failed.length > 0 || losses.some(({ when }) => when === 'nobody') ? 1 : 0
