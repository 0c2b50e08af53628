/**
 * How well detection does on the corpus:
 * `npm run bench detection [--intervals=10,30,60,300] [--only=S01,S02] [--sample=4] [--profile=azure|quick] [--bursts] [--write]`.
 *
 * Every scenario of `bench/corpus` at virtual time, in this process, without a database. `--write` puts the tables into
 * docs/detection.md. Each interval is played once more, unless with `--profile=quick`, with operations that take as long as Azure's, one at a time on a
 * resource, and prints both side by side. `--sample=4` takes every fourth scenario. `--bursts`, which `--write` implies, plays all of it once more as the poller does: faster after a first adverse sample.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ProfileName } from '#lib/simulator/index.ts'
import { burstRows, burstTableOf } from './corpus/burst-report.ts'
import { mayBurst, runBursting } from './corpus/bursting.ts'
import { corpus } from './corpus/corpus.ts'
import { lineOf } from './corpus/deviations.ts'
import { gapsAt } from './corpus/known-gaps.ts'
import { measure } from './corpus/measure.ts'
import { runAs } from './corpus/operation-times.ts'
import { profileTableOf } from './corpus/profile-report.ts'
import { failoverLine, type IntervalReport, ownersLine, summaryOf, tableOf, totalsOf } from './corpus/report.ts'
import type { Score } from './corpus/score.ts'

const DOCUMENT = path.resolve(import.meta.dirname, '../docs/detection.md')
const BEGIN = '<!-- figures: npm run bench detection -- --write -->'
const END = '<!-- end of figures -->'

const { values } = parseArgs({
  options: {
    intervals: { type: 'string', default: '10,30,60,300' },
    only: { type: 'string' },
    sample: { type: 'string', default: '1' },
    profile: { type: 'string', default: 'azure' },
    bursts: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const only = values.only?.split(',')
const every = Number(values.sample)
const chosen = corpus.filter(({ id }, n) => (!only || only.includes(id)) && n % every === 0)
if (values.profile !== 'quick' && values.profile !== 'azure') throw new Error('profiles are quick and azure')
if (values.write && (only || every !== 1)) throw new Error('the document holds the figures of the whole corpus')

const reports: IntervalReport[] = []
/** by interval, where there is any */
const bursts = new Map<number, string>()
for (const seconds of values.intervals.split(',').map(Number)) {
  const begun = performance.now()
  const { report, scores, deviations } = await measure(seconds, chosen)
  print(
    `\n${chosen.length} scenarios, polled every ${seconds} s (${((performance.now() - begun) / 1000).toFixed(0)} s)\n`,
  )
  print(`${tableOf(report)}\n\n${failoverLine(report)}\n\n${ownersLine(report)}\n`)
  reports.push(report)
  if (values.profile !== 'quick') await playProfile(seconds, values.profile, scores)
  if ((values.bursts || values.write) && mayBurst(seconds)) await playBursting(seconds, scores)
  const lines = new Set(deviations.map(lineOf))
  for (const deviation of deviations) print(`${lineOf(deviation)}: ${deviation.detail}`)
  for (const gap of gapsAt(seconds)) {
    const line = lineOf({ kind: '', ...gap })
    if (chosen.some(({ id }) => id === gap.scenario) && !lines.has(line)) print(`closed: ${line}`)
  }
}
print(`\n${summaryOf(reports)}`)
if (values.write) write()

/** The same once more, polled faster after each first adverse sample. */
async function playBursting(seconds: number, usual: readonly Score[]): Promise<void> {
  const { report, scores, deviations } = await measure(seconds, chosen, runBursting)
  const title = `Mean width of bounds in seconds, without bursts and with them, where they differ. With bursts:`
  bursts.set(seconds, `${title} ${totalsOf(report)}.\n\n${burstTableOf(burstRows(usual, scores))}\n`)
  print(`${bursts.get(seconds)}`)
  for (const deviation of deviations) print(`with bursts: ${lineOf(deviation)}: ${deviation.detail}`)
}

/** The same once more with the run times of a profile. */
async function playProfile(seconds: number, profile: ProfileName, usual: readonly Score[]): Promise<void> {
  const slow = await measure(seconds, chosen, runAs(profile))
  print(`Polls of 2 s beside operations of the profile ${profile}:\n`)
  print(`${profileTableOf(usual, slow.scores)}\n`)
  for (const deviation of slow.deviations) print(`${profile}: ${lineOf(deviation)}: ${deviation.detail}`)
}

function burstsOf({ everySeconds }: IntervalReport): string {
  return bursts.has(everySeconds) ? `\n${bursts.get(everySeconds)}` : ''
}

function write(): void {
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`)
  const figures = reports
    .map(
      (report) =>
        `### Polled every ${report.everySeconds} s\n\n${tableOf(report)}\n\n${failoverLine(report)}\n\n${ownersLine(report)}\n${burstsOf(report)}`,
    )
    .join('\n')
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${summaryOf(reports)}\n\n${figures}\n${END}${after}`)
}
