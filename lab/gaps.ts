/**
 * Compares the events that detection reports while polls are refused, throttled, late or skipped with the events from
 * complete answers: `npm run bench gaps [--runs=50] [--steps=1000] [--seed=1] [--orders=20] [--verbose]`. `--orders`
 * records each run's answers in that many orders and compares the resulting events. Exits with 1 if there is a
 * difference.
 */
import { parseArgs } from 'node:util'
import { runTestInSeveralPollOrders } from './gaps/orders.ts'
import { planDisturbedPollTestRun } from './gaps/plan.ts'
import { runDisturbedPollTest } from './gaps/play.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    steps: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    orders: { type: 'string', default: '0' },
    verbose: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const [runs, steps, first, orders] = [values.runs, values.steps, values.seed, values.orders].map(Number) as [
  number,
  number,
  number,
  number,
]
let wrong = 0
for (let seed = first; seed < first + runs; seed++) {
  const round = planDisturbedPollTestRun(seed, steps)
  const found = orders > 0 ? await runTestInSeveralPollOrders(round, orders) : await runDisturbedPollTest(round)
  if (found.length > 0) wrong += 1
  if (found.length > 0 || values.verbose) print(`seed ${seed}: ${JSON.stringify(round)}`)
  for (const line of found) print(`  ${line}`)
}
print(
  `${runs} runs of ${steps} steps: ${wrong === 0 ? 'nothing' : `${wrong} with claims`} that complete answers do not bear out`,
)
process.exitCode = wrong === 0 ? 0 : 1
