import { findBirdVersion } from './twin/running-twin.ts'
import { type CliCommand, printJson } from '../command.ts'
import { getFreshnessExitState, findWorstExitState } from '../exit-state.ts'
import { parseMomentOption, UsageError } from '../moment-option.ts'
import { readPlanFile } from '../plan.ts'
import { rehearsePlanOnRouterTwins } from './rehearse.ts'
import { formatPlanRehearsalResult } from './report.ts'

export const rehearsePlanCommand: CliCommand = {
  usage: 'rehearse [--plan FILE] [--lose LIST] [--silent] [--at T]',
  summary:
    'Rehearses a plan or a loss on routers on this machine with the recorded tables, and compares the result with the prediction',
  options: ['plan', 'lose', 'silent', 'at'],
  words: [],
  run: async (context) => {
    const { options, client, now, signal, out, err } = context
    if (options.plan === undefined && options.lose === undefined)
      throw new UsageError('rehearse needs something to rehearse: --plan FILE, --lose LIST or both')
    const file = options.plan === undefined ? null : await readPlanFile(options.plan)
    const { data, asOf, freshness } = await client.send('readRehearsal', {
      terms: file?.terms.map(({ term }) => term) ?? [],
      lose: options.lose ?? '',
      at: options.at === undefined ? null : parseMomentOption(options.at, now()),
    })
    const bird = findBirdVersion()
    if ('why' in bird) throw new UsageError(`rehearse ${bird.why}`)
    const { state: own, ...report } = await rehearsePlanOnRouterTwins(data, file, {
      signal,
      isSilent: options.silent,
      say: (text) => err(`peerwatch: ${text}\n`),
    })
    // The option `--at` requests route tables of a past time, so that their age does not make the result `unknown`.
    const isOld = options.at === undefined && getFreshnessExitState(freshness) === 'unknown'
    const state = isOld ? findWorstExitState([own, 'unknown']) : own
    if (options.json) printJson(context, { state, ...report, bird: bird.version, asOf, freshness })
    else out(formatPlanRehearsalResult({ ...report, bird: bird.version, isOld }))
    return state
  },
}
