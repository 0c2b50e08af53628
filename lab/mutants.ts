/**
 * Mutation testing: `npm run mutants -- --of=bgp [--files=lib/bgp/link.ts] [--record]`. Changes the code in each place and runs the unit tests beside it; what no test
 * notices is named. Stryker is installed into `.mutants`, outside the lock: 110 packages that nothing else needs. Hours; not in `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { recordMutants } from './mutants/record.ts'

const STRYKER = '10.1.1'
const ROOT = path.resolve(import.meta.dirname, '..')
const HOME = path.join(ROOT, '.mutants')

/** Of each: its files, the tests that are to notice, and whether these are pure, so that they run without Vitest. */
const PARTS = {
  bgp: { files: 'lib/bgp/**/*.ts', tests: 'lib/bgp/**/*.test.ts', pure: true },
  verdicts: { files: 'lib/detection/verdict/*.ts', tests: 'lib/detection/verdict/*.test.ts', pure: true },
  recording: { files: 'lib/history/{record,rollup}/**/*.ts', tests: 'lib/history/**/*.test.ts', pure: false },
  cost: { files: 'lib/cost/rules/**/*.ts', tests: 'lib/cost/rules/**/*.test.ts', pure: true },
} as const

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'bgp' },
    files: { type: 'string' },
    // writes the counts of each file into lab/results/mutants.txt, in the place of its former ones
    record: { type: 'boolean', default: false },
  },
})
const part = PARTS[values.of as keyof typeof PARTS]
if (!part) throw new Error(`--of is one of ${Object.keys(PARTS).join(', ')}`)
const run = (command: string, args: string[], cwd: string, env = {}) => {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(path.join(HOME, 'node_modules/@stryker-mutator/core'))) {
  mkdirSync(HOME, { recursive: true })
  writeFileSync(path.join(HOME, 'package.json'), '{ "private": true }\n')
  const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`)
  run('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packages], HOME)
}
const stryker = path.join(HOME, 'node_modules/@stryker-mutator/core/bin/stryker.js')
const mutate = `${values.files ?? part.files},!lib/**/*.test.ts,!lib/**/testing/**,!lib/**/testing.ts`
const runner = part.pure ? 'in-process' : 'vitest'
const args = [stryker, 'run', 'lab/mutants/stryker.config.json', '--testRunner', runner, '-m', mutate]
// as many cases of a property as `npm test` tries
run('node', args, ROOT, { MUTANT_TESTS: part.tests, PROPERTY_RUNS: '0.25', TZ: 'UTC', LOG_LEVEL: 'silent' })
if (values.record) recordMutants(values.of, path.join(HOME, 'report.json'))
