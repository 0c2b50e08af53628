import path from 'node:path'

/** A test file of a vitest run, with its times in milliseconds. */
interface TestFile {
  moduleId: string
  diagnostic: () => { collectDuration: number; setupDuration: number; duration: number }
}

/**
 * Reporter for vitest and Playwright that prints the slowest test files at the end of a run. The times are wall times
 * of all attempts. The times of vitest include imports and hooks.
 */
export default class SlowFiles {
  readonly #ms = new Map<string, number>()

  /** Prints the files of a vitest run. */
  onTestRunEnd(modules: readonly TestFile[]): void {
    for (const file of modules) {
      const { collectDuration, setupDuration, duration } = file.diagnostic()
      this.#add(file.moduleId, collectDuration + setupDuration + duration)
    }
    this.onEnd()
  }

  /** Adds a test of a Playwright run, with its time in milliseconds. */
  onTestEnd({ location }: { location: { file: string } }, { duration }: { duration: number }): void {
    this.#add(location.file, duration)
  }

  /** Prints the files of a Playwright run. */
  onEnd(): void {
    process.stdout.write(`\n${formatSlowFiles(this.#ms)}\n`)
  }

  #add(file: string, ms: number): void {
    const name = path.relative(process.cwd(), file)
    this.#ms.set(name, (this.#ms.get(name) ?? 0) + ms)
  }
}

/** Number of files that {@link formatSlowFiles} lists. */
const MAX_SLOW_FILES = 15

/**
 * Formats the slowest test files, the slowest first, with the number and the total time of all files.
 * @param ms milliseconds that the tests of each file took
 */
export function formatSlowFiles(ms: ReadonlyMap<string, number>): string {
  const seconds = (value: number) => (value / 1000).toFixed(1)
  const total = [...ms.values()].reduce((sum, value) => sum + value, 0)
  const slowest = [...ms].toSorted(([, a], [, b]) => b - a).slice(0, MAX_SLOW_FILES)
  const lines = slowest.map(([file, value]) => `${seconds(value).padStart(8)} s  ${file}`)
  return [`Slowest of ${ms.size} files, which took ${seconds(total)} s one after another:`, ...lines].join('\n')
}
