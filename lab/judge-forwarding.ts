/**
 * Checks answers about routes, future losses, load and plans of generated estates against simulated worlds in which
 * each loss happens: `npm run bench judge-forwarding -- [--seed=1] [--estates=5] [--hours=3] [--verbose]`. Prints each
 * wrong answer with its seed, then counts by class. Exits with 1 if an answer is wrong.
 */
import { parseArgs } from 'node:util'
import { formatJudgementCounts } from './judge/counts.ts'
import { judgeForwarding } from './judge/forwarding/judge-forwarding.ts'
import type { CorrectnessJudgement } from './judge/judge.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import { printBenchLine } from './history/figures.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    estates: { type: 'string', default: '5' },
    hours: { type: 'string', default: '3' },
    verbose: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const all: CorrectnessJudgement[] = []
await runWithBenchPostgresServer(async (open) => {
  for (let seed = first; seed < first + Number(values.estates); seed++) {
    const judgements = await judgeForwarding(await open(), seed, Number(values.hours))
    for (const { of, is, detail } of judgements)
      if (is === 'wrong' || (is === 'unknown' && values.verbose)) printBenchLine(`seed ${seed} ${is} ${of}: ${detail}`)
    all.push(...judgements)
  }
})
printBenchLine(`\n${values.estates} estates, seed ${first}\n`)
printBenchLine(formatJudgementCounts(all))
process.exitCode = all.some(({ is }) => is === 'wrong') ? 1 : 0
