import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { discardData } from '../../lib/platform/bootstrap/postgres-files.ts'
import {
  createSkippedTestCounts,
  countPlaywrightResults,
  type TestCounts,
  countVitestResults,
  addRunnerFailure,
} from './results.ts'
import type { MissingRouterProgramsReason } from './routers.ts'
import type { TestSuiteStage } from './stages.ts'

/** One or more processes (in sequence) that run one or more test stages. */
export type TestJob = {
  name: string
  /** true = the output is printed immediately; false = it is printed as a whole after the job has ended */
  isStreamed: boolean
  /** the jobs that must end before this job begins */
  follows?: readonly TestJob[]
  /**
   * Runs the job.
   * @param ended returns a promise that resolves when the given other job has ended
   */
  run(ended: (job: TestJob) => Promise<void>): Promise<{ tally: TestCounts; output: string }>
}

type JobContext = {
  root: string
  env: NodeJS.ProcessEnv
  /** temporary folder for the reports of test runners */
  scratch: string
  /** the reason why the tests with real routers cannot run on this machine; null = they can */
  routersMissing: MissingRouterProgramsReason | null
}

/** Path of the reporter that prints the slowest test files. */
const SLOW_FILES = path.join(import.meta.dirname, 'testing/slow-files.ts')

type Program = { script: string; args?: string[]; env?: Record<string, string> }
type Exit = { ok: boolean; output: string }

/**
 * Priority of tests with real routers. These tests use timers of a few hundred milliseconds, which must not be delayed
 * while other tests use the CPU.
 */
const TIMING_PRIORITY = constants.priority.PRIORITY_HIGH
/**
 * Priority of tests. It is higher than that of the running product, which starts at the same time for the browser
 * tests.
 */
const TESTS_PRIORITY = constants.priority.PRIORITY_ABOVE_NORMAL

/**
 * Returns the jobs that run the given stages. Each job starts after the jobs that it waits for. Jobs that do not wait
 * for each other run at the same time:
 * - The tests wait for the checks and the build.
 * - The type check waits for the build, because the build deletes and writes files that the type check reads.
 * - The browser tests come last, because tests with real time (such as tests with routers) fail if browsers use all CPU
 *   cores.
 * - The product for the browser tests starts earlier, when the tests with routers have ended. It does not run while
 *   long tests run.
 */
export function planTestJobs(stages: readonly TestSuiteStage[], context: JobContext): TestJob[] {
  const has = (stage: TestSuiteStage) => stages.includes(stage)
  const vitestStages = stages.filter((stage) => stage === 'unit' || stage === 'db' || stage === 'long')
  const playwrightStages = stages.filter((stage) => stage === 'e2e' || stage === 'e2e-long')
  const check = (name: TestSuiteStage, script: string, ...args: string[]) =>
    has(name) ? [checkJob(name, [{ script, args }], context)] : []
  const first = [
    ...check('format', '@biomejs/biome/bin/biome', 'check', '.'),
    ...check('lint', 'oxlint/bin/oxlint', '--deny-warnings'),
    ...check('structure', '../bin/structure.ts'),
    ...(has('words')
      ? [checkJob('words', [{ script: '../bin/check-words.ts' }, { script: '../bin/check-prose.ts' }], context)]
      : []),
    ...(has('documents')
      ? [
          checkJob(
            'documents',
            [{ script: '../bin/docs/check-documents.ts' }, { script: '../bin/check-pictures.ts' }],
            context,
          ),
        ]
      : []),
    ...check('lock', '../bin/check-lock.ts'),
    ...check('ages', '../bin/check-ages.ts'),
    ...check('build', '../bin/test/build.ts'),
  ]
  const vitest =
    vitestStages.length > 0
      ? [{ ...vitestJob(vitestStages, { isStreamed: true, priority: TESTS_PRIORITY }, context), follows: first }]
      : []
  const routers = has('routers') ? [{ ...routersJob(context), follows: first }] : []
  const types = has('types') ? [{ ...typesJob(context), follows: has('build') ? first : [] }] : []
  const playwright =
    playwrightStages.length > 0
      ? [
          {
            ...playwrightJob(playwrightStages, vitest, context),
            follows: [...first, ...routers, ...types, ...(has('long') ? vitest : [])],
          },
        ]
      : []
  return [...first, ...vitest, ...routers, ...types, ...playwright]
}

const typesJob = (context: JobContext) =>
  checkJob(
    'types',
    [
      { script: 'next/dist/bin/next', args: ['typegen'] },
      // one type-checker thread only, because each further thread needs up to a third more CPU time
      { script: 'typescript/bin/tsc', args: ['--noEmit', '--checkers', '1'] },
    ],
    context,
  )

/**
 * Returns a job that runs programs one after another. The job passes if all of them exit with 0, and ends at the first
 * that does not.
 */
function checkJob(name: string, programs: Program[], context: JobContext): TestJob {
  return {
    name,
    isStreamed: false,
    async run() {
      let output = ''
      for (const program of programs) {
        const exit = await runProgram(program, context)
        output += exit.output
        if (!exit.ok) return { tally: asOne(false), output }
      }
      return { tally: asOne(true), output }
    },
  }
}

function vitestJob(
  projects: readonly string[],
  { isStreamed, priority }: { isStreamed: boolean; priority: number },
  context: JobContext,
): TestJob {
  const name = projects.join(' + ')
  const report = path.join(context.scratch, `${projects.join('-')}.json`)
  const args = [
    'run',
    // the stages unit and db have several vitest projects each, for example with modules that tests share, and with
    // separate modules for each test file
    ...projects.flatMap((project) => ['--project', `${project}*`]),
    '--reporter=default',
    '--reporter=json',
    `--reporter=${SLOW_FILES}`,
    `--outputFile.json=${report}`,
  ]
  return {
    name,
    isStreamed,
    async run() {
      const { ok, output } = await runProgram({ script: 'vitest/vitest.mjs', args }, context, { isStreamed, priority })
      return { tally: fromReport(report, ok, countVitestResults), output }
    },
  }
}

function routersJob(context: JobContext): TestJob {
  const { routersMissing } = context
  if (!routersMissing) return vitestJob(['routers'], { isStreamed: false, priority: TIMING_PRIORITY }, context)
  const { missing, isFault } = routersMissing
  const output = `${isFault ? 'must run here, but can’t' : 'skipped'}: ${missing}`
  return {
    name: 'routers',
    isStreamed: false,
    run: async () => ({ tally: createSkippedTestCounts(routersMissing), output }),
  }
}

/**
 * Returns the job of the browser tests. They share one running product, whose data folder is deleted at the end.
 * @param after the browser tests begin when these jobs have ended; the product starts earlier
 */
function playwrightJob(projects: readonly string[], after: readonly TestJob[], context: JobContext): TestJob {
  const report = path.join(context.scratch, 'playwright.json')
  // the stage e2e has two Playwright projects: tests that mostly wait, and all others
  const args = ['test', ...projects.map((project) => `--project=${project}`), `--reporter=list,json,${SLOW_FILES}`]
  if (projects.includes('e2e')) args.push('--project=e2e-waiting')
  return {
    name: projects.join(' + '),
    isStreamed: true,
    async run(ended) {
      const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-e2e-'))
      chmodSync(dataDir, 0o755) // PostgreSQL's user must be able to read the folder if root runs the tests
      const begin = path.join(context.scratch, 'e2e-begins')
      const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, PEERWATCH_E2E_DATA_DIR: dataDir, PEERWATCH_E2E_BEGIN: begin }
      void Promise.allSettled(after.map(ended)).then(() => writeFileSync(begin, ''))
      const exit = await runProgram({ script: '@playwright/test/cli.js', args, env }, context, { isStreamed: true })
      discardData(dataDir)
      return { tally: fromReport(report, exit.ok, countPlaywrightResults), output: exit.output }
    },
  }
}

const asOne = (isPassed: boolean): TestCounts => ({ passed: Number(isPassed), failed: Number(!isPassed) })

/** Reads the numbers of tests from the report of a test runner. A runner without a report has failed. */
function fromReport(file: string, ok: boolean, count: (report: unknown) => TestCounts): TestCounts {
  if (!existsSync(file)) return asOne(false)
  return addRunnerFailure(count(JSON.parse(readFileSync(file, 'utf8'))), ok)
}

/**
 * Runs a Node program until it ends.
 * @param script path in node_modules
 * @param priority priority of the process and its children, if the system permits it
 */
function runProgram(
  { script, args = [], env }: Program,
  context: JobContext,
  { isStreamed = false, priority }: { isStreamed?: boolean; priority?: number | undefined } = {},
): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const out = isStreamed ? 'inherit' : 'pipe'
    const child = spawn(process.execPath, [path.join(context.root, 'node_modules', script), ...args], {
      cwd: context.root,
      env: { ...context.env, ...env },
      stdio: ['ignore', out, out],
    })
    if (priority !== undefined && child.pid !== undefined) prioritize(child.pid, priority)
    let output = ''
    const collect = (chunk: Buffer) => {
      output += String(chunk)
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    const stop = () => child.kill('SIGTERM')
    process.once('SIGTERM', stop)
    child.on('error', reject)
    child.on('close', (code) => {
      process.off('SIGTERM', stop)
      resolve({ ok: code === 0, output })
    })
  })
}

function prioritize(pid: number, priority: number): void {
  try {
    setPriority(pid, priority)
  } catch {
    // ignore the error, because a container may forbid a higher priority even to root
  }
}
