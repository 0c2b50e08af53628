import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { faultOf, takeMeasures, tightened } from './measures/index.ts'

/**
 * Measures the repository and holds each value against its bound in measures.json (ADR 0261). `--list NAME` prints what counts,
 * `--update` moves bounds to the good side, and never back.
 */
const { values } = parseArgs({ options: { list: { type: 'string' }, update: { type: 'boolean' } } })
const file = path.join(import.meta.dirname, 'measures.json')
const bounds: Record<string, number> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
const measures = takeMeasures(path.resolve(import.meta.dirname, '..'))

if (values.list !== undefined) {
  const measure = measures.find(({ name }) => name === values.list)
  if (!measure)
    throw new Error(`no measure "${values.list}": choose from ${measures.map(({ name }) => name).join(', ')}`)
  process.stdout.write(measure.parts.map((part) => `${part}\n`).join(''))
} else {
  const now = values.update ? tightened(measures, bounds) : bounds
  if (values.update) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`)
  for (const { name, value, bound } of measures)
    process.stdout.write(`${name.padEnd(28)} ${String(value).padStart(8)}  ${bound} ${now[name] ?? 'none'}\n`)
  const faults = measures.map((measure) => faultOf(measure, now[measure.name])).filter((fault) => fault !== null)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}
