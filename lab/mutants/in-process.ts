import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as suite from './suite.ts'

const SUITE = new URL('suite.ts', import.meta.url).href

interface Coverage {
  static: Record<string, number>
  perTest: Record<string, Record<string, number>>
}
/** Global state that Stryker's instrumented code reads and writes. */
interface Active {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: Coverage
  hitCount?: number | undefined
  hitLimit?: number | undefined
}
const active: Active = {}
Object.assign(globalThis, { __stryker__: active })

/**
 * Runs pure tests for Stryker repeatedly in one process without Vitest, which takes a few ms instead of 0.5 s of CPU
 * for each mutant. Tests may use only `describe`, `it` and `expect`. State that a module keeps for the life of the
 * process also persists between mutants.
 */
class InProcess {
  #tests = new Map<string, suite.CollectedTest>()
  #ms = new Map<string, number>()

  /**
   * Declares that the runner can load values again that a module computes once while it loads. This is not true, but
   * otherwise Stryker would start a new process for each such mutant. Only mutants in constants are affected.
   */
  capabilities() {
    return { reloadEnvironment: true }
  }

  /** Loads the tests. The current folder is Stryker's copy of the code. */
  async init(): Promise<void> {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vitest' && context.parentURL !== SUITE
          ? { url: SUITE, format: 'module-typescript', shortCircuit: true }
          : next(specifier, context),
    })
    await import(pathToFileURL(path.resolve('lib/platform/testing/properties.ts')).href)
    const { collectTestsOfFile, collectedTests } = (await import(SUITE)) as typeof suite
    const files = globSync((process.env.MUTANT_TESTS ?? '').split(','), { exclude: ['**/*.{db,routers,long}.test.ts'] })
    for (const file of files.toSorted()) await collectTestsOfFile(pathToFileURL(path.resolve(file)))
    this.#tests = new Map(collectedTests.map((test) => [test.id, test]))
  }

  async dryRun() {
    const tests = []
    for (const { id, name } of this.#tests.values()) {
      active.currentTestId = id
      const failed = await this.#run(id)
      tests.push({
        id,
        name,
        timeSpentMs: this.#ms.get(id) ?? 0,
        status: failed === null ? 0 : 1,
        failureMessage: failed ?? '',
      })
    }
    active.currentTestId = undefined
    return { status: 'complete', tests, mutantCoverage: active.mutantCoverage }
  }

  /** Runs the tests of a mutant, fastest first, until one fails. */
  async mutantRun({
    activeMutant,
    testFilter,
    hitLimit,
  }: {
    activeMutant: { id: string }
    testFilter?: string[]
    hitLimit?: number
  }) {
    const ids = (testFilter ?? [...this.#tests.keys()]).toSorted(
      (a, b) => (this.#ms.get(a) ?? 0) - (this.#ms.get(b) ?? 0),
    )
    // Stryker stops a mutant after a hundred times the usual number of executions, summed over all tests. A list that
    // an endless loop fills would use all memory before that, so that this limit is lower.
    const limit = (hitLimit ?? Infinity) / 50
    Object.assign(active, { activeMutant: activeMutant.id, hitLimit: limit })
    try {
      for (const [index, id] of ids.entries()) {
        active.hitCount = 0
        const failed = await this.#run(id)
        if (active.hitCount > limit) return { status: 'timeout', reason: 'endless' }
        if (failed !== null) return { status: 'killed', killedBy: [id], failureMessage: failed, nrOfTests: index + 1 }
      }
      return { status: 'survived', nrOfTests: ids.length }
    } finally {
      Object.assign(active, { activeMutant: undefined, hitCount: undefined })
    }
  }

  /**
   * Runs a test.
   * @returns the failure; null if it passed
   */
  async #run(id: string): Promise<string | null> {
    const began = performance.now()
    try {
      await this.#tests.get(id)?.run()
      if (!active.activeMutant) this.#ms.set(id, performance.now() - began)
      return null
    } catch (thrown) {
      return String(thrown)
    }
  }
}

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'in-process', factory: Object.assign(() => new InProcess(), { inject: [] }) },
]
