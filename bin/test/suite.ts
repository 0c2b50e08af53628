import { existsSync, mkdtempSync, readdirSync, rmSync, accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { installPackages } from '../../lib/platform/bootstrap/prepare.ts'
import { createStartupStepRunner, StepError } from '../../lib/platform/bootstrap/progress.ts'
import { PATRONI_PROGRAMS, PGBOUNCER_PROGRAM } from '../../lib/platform/system-programs.ts'
import { type TestJob, planTestJobs } from './jobs.ts'
import { sumTestCounts, formatTestCounts, type TestCounts } from './results.ts'
import { findPrograms } from './packages.ts'
import { findRouterPrograms, type MissingRouterProgramsReason } from './routers.ts'
import type { TestSuiteStage } from './stages.ts'
import { spawnSync } from 'node:child_process'
import { runCommandAndReturnStdout } from '../../lib/platform/bootstrap/run-command.ts'

type Progress = ReturnType<typeof createStartupStepRunner>

/**
 * Environment variables that a developer may have set to run the product. Tests run without them, because they could
 * change the results.
 */
const NOT_FOR_TESTS =
  /^(AZURE_|IDENTITY_|IMDS_|MSI_|POLL_|RETAIN_|PEERWATCH_|(DATA_DIR|HOST|PORT|NODE_ENV|LOG_LEVEL|LOG_FORMAT|BILLING_GB_BYTES)$)/

/**
 * Prepares everything that the stages need (such as packages and a browser), and runs all stages, even if some fail.
 * @throws AlreadyReportedError if a preparation failed. The failure was already printed
 */
export async function runSuite(root: string, stages: readonly TestSuiteStage[]): Promise<Required<TestCounts>> {
  const needsBrowser = stages.some((stage) => stage === 'e2e' || stage === 'e2e-long') && hasBrowserTests(root)
  const needsRouters = stages.includes('routers')
  const needsServers = stages.includes('long')
  const total = 1 + Number(needsBrowser) + Number(needsRouters) + Number(needsServers)
  const progress = createStartupStepRunner({ total, json: false })
  const env = testEnvironment(root, stages)
  let routersMissing: MissingRouterProgramsReason | null = null
  const prepared = await Promise.allSettled([
    progress.step('Packages', (note) => installPackages(root, { withTests: true, onLine: note })),
    // the steps run one after another, because both may install system packages
    (async () => {
      if (needsBrowser) {
        await progress.step('Browser', async (note) => {
          env.CHROMIUM_PATH = await findBrowser(root, { onLine: note })
          return env.CHROMIUM_PATH
        })
      }
      if (needsRouters) routersMissing = await prepareRouters(root, progress)
      if (needsServers) {
        await progress.step('Database servers', (note) =>
          findPrograms(root, [PGBOUNCER_PROGRAM, ...PATRONI_PROGRAMS], { onLine: note }),
        )
      }
    })(),
  ])
  for (const result of prepared) if (result.status === 'rejected') throw result.reason
  const scratch = mkdtempSync(path.join(tmpdir(), 'peerwatch-suite-'))
  try {
    return sumTestCounts(
      await runInOrder(planTestJobs(stages, { root, env, scratch, routersMissing }), { root, say: progress.say }),
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

type Printing = { root: string; say: (text: string) => void }

/**
 * Starts each job as soon as the jobs that it waits for have ended.
 * @param jobs each after the jobs that it waits for
 */
function runInOrder(jobs: readonly TestJob[], printing: Printing): Promise<TestCounts[]> {
  const running = new Map<TestJob, Promise<TestCounts>>()
  const ended = async (job: TestJob) => void (await running.get(job))
  for (const job of jobs) {
    const before = Promise.all((job.follows ?? []).map(ended))
    running.set(
      job,
      before.then(() => runJob(job, ended, printing)),
    )
  }
  return Promise.all(running.values())
}

async function runJob(
  { name, isStreamed, run }: TestJob,
  ended: (job: TestJob) => Promise<void>,
  { root, say }: Printing,
): Promise<TestCounts> {
  if (isStreamed) say(`\n=== ${name}`)
  const began = performance.now()
  const { tally, output } = await run(ended)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (!isStreamed) say(`\n=== ${name}\n${output.trimEnd()}`)
  say(`=== ${name}: ${formatTestCounts(tally)}, ${seconds} s`)
  const { failed, failures = [], flaky = [] } = tally
  const named = (test: string) => `${name}: ${test.replaceAll(`${root}${path.sep}`, '')}`
  return {
    ...tally,
    failures: failed > 0 && failures.length === 0 ? [name] : failures.map(named),
    flaky: flaky.map(named),
  }
}

/**
 * Finds or installs the routers for the tests with real routers.
 * @returns the reason why these tests cannot run; null = they can
 */
async function prepareRouters(root: string, progress: Progress): Promise<MissingRouterProgramsReason | null> {
  let missing: MissingRouterProgramsReason | null = null
  await progress.step('Routers', async (note) => {
    const found = await findRouterPrograms(root, { onLine: note })
    if ('version' in found) return found.version
    missing = found
    return `none: ${found.missing}`
  })
  return missing
}

/**
 * Returns the environment variables for tests.
 * - PROPERTY_RUNS: property tests run a quarter of their usual number of cases in a short run, and ten times the number
 * in a long run.
 * - LONG_TESTS: 1 in a long run, for cases that run only there.
 * - NODE_COMPILE_CACHE and NODE_OPTIONS: processes share compiled code and have more memory for new objects, so that
 * they start faster and use less CPU time.
 */
function testEnvironment(root: string, stages: readonly TestSuiteStage[]): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_FOR_TESTS.test(name))
  // cast, because the types of Next require NODE_ENV, which every test runner sets itself
  const env: Record<string, string | undefined> = {
    PROPERTY_RUNS: stages.includes('long') ? '10' : '0.25',
    LONG_TESTS: stages.includes('long') ? '1' : '0',
    NODE_OPTIONS: '--max-semi-space-size=32',
    ...Object.fromEntries(kept),
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node'),
    TZ: 'UTC',
  }
  return env as NodeJS.ProcessEnv
}

function hasBrowserTests(root: string): boolean {
  const folder = path.join(root, 'e2e')
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.spec.ts'))
}

/**
 * Name of Chromium's headless shell. It is preferred, because it needs less than half of the CPU time of the whole
 * browser.
 */
const SHELL = 'chromium-headless-shell'
const NAMES = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const OUTSIDE_PATH = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

interface Options {
  onLine?: (line: string) => void
}

/**
 * Finds a Chromium for the browser tests: the program in CHROMIUM_PATH, or an installed one. On Debian, root first
 * installs the headless shell. If the system has no package of it, the whole browser is installed.
 * @returns path of the program
 * @throws StepError if no browser is found
 */
async function findBrowser(root: string, options: Options = {}): Promise<string> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (isProgram(named)) return named
    throw new StepError(`CHROMIUM_PATH is ${JSON.stringify(named)}, which is not a program`, {
      advice: 'name a Chromium or Chrome, or unset it',
    })
  }
  const shell = firstThatRuns([SHELL])
  if (shell) return shell
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    await install(root, SHELL, options).catch((error: unknown) => {
      if (!firstThatRuns(NAMES)) return install(root, 'chromium', options)
      // another browser is installed, so that the failure is only printed
      options.onLine?.(`${SHELL} could not be installed: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    })
  }
  const found = firstThatRuns(NAMES)
  if (found) return found
  throw new StepError('no browser was found for the browser tests', {
    advice: 'install Chromium or Chrome, or set CHROMIUM_PATH to one',
  })
}

async function install(root: string, name: string, options: Options): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const advice = 'install Chromium or Chrome yourself, or set CHROMIUM_PATH'
  const command = { cwd: root, env, advice, ...options }
  await runCommandAndReturnStdout('apt-get', ['update'], command)
  await runCommandAndReturnStdout('apt-get', ['install', '-y', '--no-install-recommends', name], command)
}

/**
 * Returns the first of some programs that can be started. A file with the name is not sufficient, because some Linux
 * systems only have a script there that refers to another installer.
 */
function firstThatRuns(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  const candidates = [...names.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...OUTSIDE_PATH]
  return candidates.find((file) => isProgram(file) && spawnSync(file, ['--version'], { timeout: 20_000 }).status === 0)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
