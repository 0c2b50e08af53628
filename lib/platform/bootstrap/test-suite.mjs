import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findBrowser } from './browser.mjs'
import { discardData } from './postgres-files.mjs'
import { buildWeb, generateClient, installPackages } from './prepare.mjs'
import { createProgress } from './progress.mjs'
import { findRouters } from './routers.mjs'
import { inWords, notRun, playwrightTally, sum, vitestTally } from './test-results.mjs'

/** @typedef {import('./test-results.mjs').Tally} Tally */
/** @typedef {import('./routers.mjs').NoRouters} NoRouters */

const STAGES = /** @type {const} */ (['format', 'lint', 'types', 'boundaries', 'unit', 'db', 'routers', 'build', 'e2e'])
/** @typedef {typeof STAGES[number]} Stage */

/** Names that stand for several stages. */
const GROUPS = /** @type {Record<string, readonly Stage[]>} */ ({ check: ['format', 'lint', 'types', 'boundaries'] })

/** What a developer may have set for running the product must not steer its tests. */
const NOT_FOR_TESTS =
  /^(AZURE_|IDENTITY_|IMDS_|MSI_|POLL_|RETAIN_|PEERWATCH_|(DATA_DIR|HOST|PORT|NODE_ENV|LOG_LEVEL|LOG_FORMAT|BILLING_GB_BYTES)$)/

/**
 * @param {readonly string[]} words from the command line; none = everything
 * @returns {Stage[]} in the order of the suite
 * @throws when a word names no stage
 */
export function chosenStages(words) {
  const wanted = words.flatMap((word) => GROUPS[word] ?? [/** @type {Stage} */ (word)])
  const unknown = wanted.find((stage) => !STAGES.includes(stage))
  if (unknown !== undefined)
    throw new Error(`there is no stage "${unknown}": choose from ${[...STAGES, ...Object.keys(GROUPS)].join(', ')}`)
  return STAGES.filter((stage) => wanted.length === 0 || wanted.includes(stage))
}

/**
 * Sets up what the stages need and runs them, each to its end whatever became of the others.
 * @param {string} root
 * @param {Stage[]} stages
 * @returns {Promise<Tally>}
 */
export async function runSuite(root, stages) {
  const hasBrowserTests = stages.includes('e2e') && browserTests(root).length > 0
  const hasRouters = stages.includes('routers')
  const progress = createProgress({ total: 2 + Number(hasBrowserTests) + Number(hasRouters), json: false })
  await progress.step('Packages', (note) => installPackages(root, { onLine: note }))
  await progress.step('Database client', (note) => generateClient(root, { onLine: note }))
  const env = testEnvironment()
  if (hasBrowserTests) {
    await progress.step('Browser', async (note) => {
      env.CHROMIUM_PATH = await findBrowser(root, { onLine: note })
      return env.CHROMIUM_PATH
    })
  }
  const routers = hasRouters ? await prepareRouters(root, progress) : null
  const scratch = mkdtempSync(path.join(tmpdir(), 'peerwatch-suite-'))
  /** @type {Tally[]} */
  const tallies = []
  try {
    for (const stage of stages) {
      progress.say(`\n=== ${stage}`)
      const began = performance.now()
      const tally = await runStage({ stage, root, env, scratch, routers, say: progress.say })
      progress.say(`=== ${stage}: ${inWords(tally)}, ${((performance.now() - began) / 1000).toFixed(1)} s`)
      tallies.push({
        ...tally,
        failures: namedFailures(root, stage, tally),
        unsteady: (tally.unsteady ?? []).map((name) => named(root, stage, name)),
      })
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return sum(tallies)
}

/**
 * @param {string} root
 * @param {Stage} stage
 * @param {Tally} tally
 * @returns {string[]} a stage without names for its failures stands for them itself
 */
function namedFailures(root, stage, { failed, failures = [] }) {
  if (failed > 0 && failures.length === 0) return [stage]
  return failures.map((name) => named(root, stage, name))
}

/** @param {string} root @param {Stage} stage @param {string} name what a runner calls a test */
const named = (root, stage, name) => `${stage}: ${name.replaceAll(`${root}${path.sep}`, '')}`

function testEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_FOR_TESTS.test(name))
  /** @type {Record<string, string | undefined>} */
  const env = { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1', TZ: 'UTC' }
  return env
}

/**
 * @param {string} root
 * @param {ReturnType<typeof createProgress>} progress
 * @returns {Promise<NoRouters | null>} why the tests with real routers can't run here; null if they can
 */
async function prepareRouters(root, progress) {
  /** @type {NoRouters | null} */
  let none = null
  await progress.step('Routers', async (note) => {
    const found = await findRouters(root, { onLine: note })
    if ('version' in found) return found.version
    none = found
    return `none: ${found.missing}`
  })
  return none
}

/** @param {string} root */
function browserTests(root) {
  const folder = path.join(root, 'e2e')
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => /\.(spec|test)\.ts$/.test(String(name)))
    : []
}

/**
 * @param {{ stage: Stage, root: string, env: Record<string, string | undefined>, scratch: string, routers: NoRouters | null, say: (text: string) => void }} context
 * @returns {Promise<Tally>}
 */
async function runStage({ stage, root, env, scratch, routers, say }) {
  /** @param {string} script @param {string[]} args @param {Record<string, string>} [more] */
  const node = (script, args, more) =>
    run(path.join(root, 'node_modules', script), args, { root, env: { ...env, ...more } })
  const report = path.join(scratch, `${stage}.json`)
  switch (stage) {
    case 'format':
      return check(await node('@biomejs/biome/bin/biome', ['check', '.']))
    case 'lint':
      return check(await node('oxlint/bin/oxlint', ['--deny-warnings']))
    case 'types':
      return check((await node('next/dist/bin/next', ['typegen'])) && (await node('typescript/bin/tsc', ['--noEmit'])))
    case 'boundaries':
      return check(await run(path.join(root, 'bin/check-boundaries.ts'), [], { root, env }))
    case 'unit':
    case 'db':
    case 'routers': {
      if (stage === 'routers' && routers !== null) {
        say(`${routers.isFault ? 'must run here, and can not' : 'skipped'}: ${routers.missing}`)
        return notRun(routers)
      }
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
      const content = await node('vitest/vitest.mjs', ['run', '--project', stage, ...reporters])
      return fromReport(report, content, vitestTally)
    }
    case 'build':
      return buildWeb(root).then(
        (result) => {
          say(`web ${result}`)
          return check(true)
        },
        (error) => {
          say(`${error.message}\n${error.output ?? ''}`)
          return check(false)
        },
      )
    case 'e2e': {
      if (browserTests(root).length === 0) {
        say('there are no browser tests')
        return { passed: 0, failed: 0 }
      }
      const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-e2e-'))
      chmodSync(dataDir, 0o755) // for PostgreSQL's user, when root runs the tests
      const more = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, PEERWATCH_E2E_DATA_DIR: dataDir }
      const content = await node('@playwright/test/cli.js', ['test', '--reporter=list,json'], more)
      discardData(dataDir)
      return fromReport(report, content, playwrightTally)
    }
  }
}

/**
 * @param {boolean} passed
 * @returns {Tally}
 */
function check(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 }
}

/**
 * A runner that left no report, or was not content with what the report calls a success, has failed.
 * @param {string} file
 * @param {boolean} content
 * @param {(report: unknown) => Tally} count
 * @returns {Tally}
 */
function fromReport(file, content, count) {
  if (!existsSync(file)) return check(false)
  const tally = count(JSON.parse(readFileSync(file, 'utf8')))
  return content || tally.failed > 0 ? tally : { ...tally, failed: 1 }
}

/**
 * Runs a Node program to its end, its output going where ours goes.
 * @param {string} script
 * @param {string[]} args
 * @param {{ root: string, env: Record<string, string | undefined> }} options
 * @returns {Promise<boolean>} whether it exited with 0
 */
function run(script, args, { root, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const stop = () => child.kill('SIGTERM')
    process.once('SIGTERM', stop)
    child.on('error', reject)
    child.on('close', (code) => {
      process.off('SIGTERM', stop)
      resolve(code === 0)
    })
  })
}
