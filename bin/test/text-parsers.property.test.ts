import { Session } from 'node:inspector'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TextParserTestCase, textParserTestCases } from './text-parsers.ts'

/** Number of characters in a generated text, without the text that the parser needs around it. */
const TEXT_LENGTH = 8_000
/** Maximum number of the product's blocks and functions that run for each character of a text. */
const STEPS_EACH = 60
/**
 * Maximum number of allocated bytes for each character. For native functions such as `flat`, only the allocations are
 * measurable.
 */
const BYTES_EACH = 1_500
/** Maximum size of the output for each character: its values and the characters of its strings. */
const OUTPUT_EACH = 60
/** Additional maximum of steps and bytes for any text. */
const FIXED = { steps: 300_000, bytes: 16_000_000 }
const FIXED_OUTPUT = 500_000

const session = new Session()

function ask<Result>(method: string, parameters: object = {}): Result {
  let result: Result | undefined
  // a session of the same thread calls back before `post` returns
  session.post(method, parameters, (error: Error | null, answer?: object) => {
    if (error) throw error
    result = answer as Result
  })
  return result as Result
}

beforeAll(() => {
  session.connect()
  ask('Profiler.enable')
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
})

afterAll(() => {
  ask('Profiler.stopPreciseCoverage')
  session.disconnect()
})

interface Coverage {
  result: { url: string; functions: { ranges: { count: number }[] }[] }[]
}

interface Allocated {
  selfSize: number
  children: Allocated[]
}

const sumOf = ({ selfSize, children }: Allocated): number =>
  children.reduce((sum, child) => sum + sumOf(child), selfSize)

/**
 * Measures work without a clock (ADR 0287): the number of the product's blocks and functions that run, and the bytes
 * that any function allocates. The bytes are sampled, so they differ a little between runs.
 */
function measure(work: () => void): { steps: number; bytes: number } {
  let coverage: Coverage
  let allocations: { profile: { head: Allocated } }
  ask('HeapProfiler.startSampling', {
    samplingInterval: 65_536,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  ask('Profiler.takePreciseCoverage')
  try {
    work()
  } finally {
    coverage = ask<Coverage>('Profiler.takePreciseCoverage')
    allocations = ask<{ profile: { head: Allocated } }>('HeapProfiler.stopSampling')
  }
  const counts = coverage.result
    .filter(({ url }) => url.includes('/lib/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
  return { steps: counts.reduce((sum, count) => sum + count, 0), bytes: sumOf(allocations.profile.head) }
}

/**
 * Returns the number of values in an output plus the characters of its strings; a list that two values share counts
 * once.
 */
function sizeOf(output: unknown): number {
  const seen = new Set<unknown>()
  const waiting = [output]
  let size = 0
  while (waiting.length > 0) {
    const value = waiting.pop()
    size += 1
    if (typeof value === 'string') size += value.length
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Uint8Array) size += value.length
    else for (const member of value instanceof Set ? value : Object.values(value)) waiting.push(member)
  }
  return size
}

/** Parses a text, and compares the work, the output and the error with the limits of the parser. */
function expectBounded(
  { read, wrap = (body) => body, refusal, fixed = FIXED }: TextParserTestCase,
  body: string,
): void {
  const text = wrap(body)
  let output: unknown
  const count = () =>
    measure(() => {
      try {
        output = read(text)
      } catch (error) {
        if (!refusal || !(error instanceof refusal)) throw error
        expect(error.message).not.toBe('')
      }
    })
  const first = count()
  // V8 may discard the bytecode of a function together with its counts
  const counted = first.steps > 0 ? first : count()
  expect(counted.steps).toBeGreaterThan(0)
  expect(counted.steps).toBeLessThanOrEqual(STEPS_EACH * text.length + fixed.steps)
  expect(counted.bytes).toBeLessThanOrEqual(BYTES_EACH * text.length + fixed.bytes)
  expect(sizeOf(output)).toBeLessThanOrEqual(OUTPUT_EACH * text.length + FIXED_OUTPUT)
}

const repeated = (first: string, second: string) => {
  const times = Math.ceil(TEXT_LENGTH / Math.max(1, first.length + second.length))
  return [first.repeat(times), second.repeat(times)] as const
}

/**
 * Generates texts that nest and repeat pieces: a beginning, some pieces repeated many times, then other pieces repeated
 * as often.
 */
const textOf = ({ pieces }: TextParserTestCase) => {
  const some = (max: number) =>
    fc.array(fc.constantFrom(...pieces), { maxLength: max }).map((chosen) => chosen.join(''))
  return fc
    .record({ begin: some(3), first: some(3), between: some(3), second: some(3), end: some(2) })
    .map(({ begin, first, between, second, end }) => {
      const [many, others] = repeated(first, second)
      return begin + many + between + others + end
    })
}

describe('work, memory, output and errors are bounded for', () => {
  it.each(textParserTestCases.map((parser) => [parser.name, parser] as const))('%s', (_, parser) => {
    const { whole = [] } = parser
    const examples = whole.map((body): [string] => [body])
    fc.assert(
      fc.property(textOf(parser), (body) => expectBounded(parser, body)),
      { numRuns: examples.length + 20, examples },
    )
  })
})
