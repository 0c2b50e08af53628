/**
 * Mutation testing: `npm run mutants -- --of=bgp [--files=lib/bgp/link-addresses.ts] [--record]`. Changes the code in each place,
 * runs the tests of the folder, and lists the changes that no test detects. Stryker is installed into `.mutants`,
 * outside the lock file, because its 110 packages are needed only here. Takes hours and is not part of `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { recordMutants } from './mutants/record.ts'
import { writeMutantSampleReport } from './mutants/report.ts'

const STRYKER = '10.1.1'
const ROOT = path.resolve(import.meta.dirname, '..')
const HOME = path.join(ROOT, '.mutants')

/** Parts of the code: files to mutate, and tests that should detect the mutants. */
const PARTS = {
  bgp: { files: 'lib/bgp/**/*.ts', tests: 'lib/bgp/**/*.test.ts' },
  verdicts: {
    files: 'lib/detection/verdict/*.ts,lib/gateways/answers/judge-gateway.ts,lib/sessions/answers/availability.ts',
    tests:
      'lib/detection/verdict/*.test.ts,lib/gateways/answers/judge-gateway.test.ts,lib/sessions/answers/availability.test.ts',
  },
  // these tests need a database, so they run in one process with a sample of the mutants
  recording: {
    files: 'lib/history/record/**/*.ts,lib/history/rollup/**/*.ts',
    tests: ['record/**/', 'rollup/**/', ''].map((folder) => `lib/history/${folder}*.test.ts`).join(),
    share: 0.03,
  },
  cost: { files: 'lib/cost/rules/**/*.ts', tests: 'lib/cost/rules/**/*.test.ts' },
} as const

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'bgp' },
    files: { type: 'string' },
    tests: { type: 'string' },
    // share (0 to 1) of the mutants to try, for parts that need a database
    share: { type: 'string' },
    // stores the counts of each file in lab/results/mutants.txt, replacing its earlier counts
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
  run('npm', ['install', '--no-audit', '--no-fund', `@stryker-mutator/core@${STRYKER}`], HOME)
}
const files = values.files ?? part.files
const report = path.join(HOME, 'report.json')
if ('share' in part) {
  const share = values.share ?? String(part.share)
  const env = { MUTANT_FILES: files, MUTANT_TESTS: values.tests ?? part.tests, MUTANT_SHARE: share }
  run('npx', ['vitest', 'run', '--config', 'lab/mutants/with-database.config.ts', '--root', '.'], ROOT, env)
  writeMutantSampleReport(Number(share), report)
} else {
  const stryker = path.join(HOME, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const mutate = `${files},!lib/**/*.test.ts,!lib/**/testing/**,!lib/**/testing.ts`
  // the same number of property cases as in `npm test`
  const env = { MUTANT_TESTS: values.tests ?? part.tests, PROPERTY_RUNS: '0.25', TZ: 'UTC', LOG_LEVEL: 'silent' }
  run('node', [stryker, 'run', 'lab/mutants/stryker.config.json', '-m', mutate], ROOT, env)
}
if (values.record) recordMutants(values.of, report)
