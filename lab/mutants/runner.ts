import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunnerTestCase, TestRunner, vi } from 'vitest'
import { readInstrumented } from './instrument.ts'
import { formatTestFileNameWithDigest, readTried, appendRecord, type MutantTestRecord } from './tried.ts'

/** Global state that the instrumented code reads and updates. */
interface Namespace {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number
  hitLimit?: number
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> }
}
const ns = ((globalThis as { __stryker__?: Namespace }).__stryker__ ??= {})

const { mutants, code } = readInstrumented()
registerHooks({
  load(url, context, next) {
    const source = url.startsWith('file:') ? code[fileURLToPath(url)] : undefined
    return source === undefined ? next(url, context) : { format: 'module-typescript', source, shortCircuit: true }
  },
})
const SHARE = Number(process.env.MUTANT_SHARE)
const byId = new Map(mutants.map((mutant) => [mutant.id, mutant]))
const tried = ((globalThis as { tried?: { dead: Set<string>; passed: Set<string> } }).tried ??= triedBefore())

function triedBefore() {
  const lines = readTried().filter((line) => 'mutant' in line)
  const dead = lines.filter(({ result }) => result !== 'survived')
  return {
    dead: new Set(dead.map(({ mutant }) => mutant)),
    passed: new Set(lines.map(({ mutant, test }) => `${mutant} ${test}`)),
  }
}

/** Factor by which a mutant may exceed the usual hits before it counts as endless, the same as in Stryker. */
const MORE_HITS = 100

/**
 * Runs each test, then again with each undetected mutant that it reached, and at last once more without a mutant. If
 * the last run fails, a mutant has left damaged state, so only the first failure counts. This avoids starting a process
 * or reloading modules for each mutant.
 */
export default class MutantRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const name = `${formatTestFileNameWithDigest(test.file.name)} > ${test.fullTestName}`
    const fault = (text: string) => appendRecord({ test: name, fault: text })
    ns.currentTestId = test.id
    const failure = await attempt(test)
    ns.currentTestId = undefined
    if (failure) throw failure
    const hits = ns.mutantCoverage?.perTest[test.id] ?? {}
    const reached = Object.keys(hits).flatMap((id) => byId.get(id) ?? [])
    appendRecord({ reached: reached.map(({ key }) => key) })
    const living = reached.filter(
      ({ key, draw, file }) =>
        draw < SHARE && isNear(test.file.name, file) && !tried.dead.has(key) && !tried.passed.has(`${key} ${name}`),
    )
    if (living.length === 0) return
    if (await attempt(test)) return fault('fails when it is repeated')
    const noticed: MutantTestRecord[] = []
    for (const { id, key } of living) {
      ns.hitCount = 0
      ns.hitLimit = (hits[id] ?? 0) * MORE_HITS
      const failure = await attempt(test, id)
      const isEndless = ns.hitCount > ns.hitLimit || /timed out in/.test(String(failure))
      if (failure) noticed.push({ mutant: key, test: name, result: isEndless ? 'by time' : 'killed' })
      else appendRecord({ mutant: key, test: name, result: 'survived' })
      if (isEndless) break
    }
    if (noticed.length === 0) return
    // A failure now means that some mutant has left a damaged state. The first failure is still reliable, because the
    // mutants before it did not change the result of the test.
    const isSpoilt = (await attempt(test)) !== undefined
    for (const one of isSpoilt ? noticed.slice(0, 1) : noticed) {
      if ('mutant' in one) tried.dead.add(one.mutant)
      appendRecord(one)
    }
    if (isSpoilt) fault('is spoilt by its mutants')
  }

  override onAfterRunFiles(files: Parameters<TestRunner['onAfterRunFiles']>[0]): void {
    super.onAfterRunFiles(files)
    appendRecord({ loaded: Object.keys(ns.mutantCoverage?.static ?? {}).flatMap((id) => byId.get(id)?.key ?? []) })
  }
}

/**
 * Reports whether a test should try the mutants of a file. Database tests reach most code, so each tries only files
 * below its own folder (the first three levels, for example `lib/history/record`).
 */
const isNear = (test: string, file: string) =>
  !test.includes('.db.') || file.startsWith(`${path.dirname(test).split('/').slice(0, 3).join('/')}/`)

/**
 * Runs a test, optionally with a mutant.
 * @returns the failure; undefined if the test passed
 */
async function attempt(test: RunnerTestCase, mutant?: string): Promise<unknown> {
  const suites = []
  for (let suite = test.suite ?? test.file; ; suite = suite.suite ?? suite.file) {
    suites.unshift(suite)
    if (suite === test.file) break
  }
  ns.activeMutant = mutant
  try {
    for (const suite of suites)
      for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) await hook(test.context, suite)
    await TestRunner.getTestFn(test)()
    return test.result?.state === 'fail' ? (test.result.errors?.[0] ?? new Error('failed')) : undefined
  } catch (error) {
    return error
  } finally {
    ns.activeMutant = undefined
    if (test.result) Object.assign(test.result, { state: 'run', errors: undefined })
    vi.useRealTimers()
  }
}
