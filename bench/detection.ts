/**
 * How well detection does on the corpus: `npm run bench detection [--intervals=10,30,60,300] [--only=S01,S02] [--write]`.
 *
 * Every scenario of `bench/corpus` at virtual time, in this process, without a database. `--write` puts the tables into
 * docs/detection.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { corpus } from './corpus/corpus.ts'
import { lineOf } from './corpus/deviations.ts'
import { gapsAt } from './corpus/known-gaps.ts'
import { measure } from './corpus/measure.ts'
import { failoverLine, type IntervalReport, summaryOf, tableOf } from './corpus/report.ts'

const DOCUMENT = path.resolve(import.meta.dirname, '../docs/detection.md')
const BEGIN = '<!-- figures: npm run bench detection -- --write -->'
const END = '<!-- end of figures -->'

const { values } = parseArgs({
  options: {
    intervals: { type: 'string', default: '10,30,60,300' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
const only = values.only?.split(',')
const chosen = corpus.filter(({ id }) => !only || only.includes(id))
if (values.write && only) throw new Error('the document holds the figures of the whole corpus')

const reports: IntervalReport[] = []
for (const seconds of values.intervals.split(',').map(Number)) {
  const begun = performance.now()
  const { report, deviations } = await measure(seconds, chosen)
  reports.push(report)
  say(
    `\n${chosen.length} scenarios, polled every ${seconds} s (${((performance.now() - begun) / 1000).toFixed(0)} s)\n`,
  )
  say(`${tableOf(report)}\n\n${failoverLine(report)}\n`)
  const lines = new Set(deviations.map(lineOf))
  for (const deviation of deviations) say(`${lineOf(deviation)}: ${deviation.detail}`)
  for (const gap of gapsAt(seconds)) {
    const line = lineOf({ kind: '', ...gap })
    if (chosen.some(({ id }) => id === gap.scenario) && !lines.has(line)) say(`closed: ${line}`)
  }
}
say(`\n${summaryOf(reports)}`)
if (values.write) write()

function write(): void {
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} has no place for the figures`)
  const figures = reports
    .map((report) => `### Polled every ${report.everySeconds} s\n\n${tableOf(report)}\n\n${failoverLine(report)}\n`)
    .join('\n')
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${summaryOf(reports)}\n\n${figures}\n${END}${after}`)
}
