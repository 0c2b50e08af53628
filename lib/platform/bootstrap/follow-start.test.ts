import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { cpuOfGroup, describeGivenUp, followStart, whileItStarts } from './follow-start.ts'

const SECOND = 1_000

/** What is read of a part: seconds since the first reading, and the CPU that it has used by then. */
type Reading = readonly [seconds: number, cpu: number | null]

/** @returns the state at each reading */
function follow(readings: readonly Reading[]): string[] {
  let followed: Parameters<typeof followStart>[0] = null
  return readings.map(([seconds, cpu]) => {
    followed = followStart(followed, { at: 5_000_000 + seconds * SECOND, cpu })
    return followed.state
  })
}

const every = (step: number, until: number, cpuOf: (seconds: number) => number | null): Reading[] =>
  Array.from({ length: until / step + 1 }, (_, index) => [index * step, cpuOf(index * step)] as const)

describe('a part that starts', () => {
  const cases: { name: string; readings: Reading[]; states: string[] }[] = [
    { name: 'is waited for at its first reading', readings: [[0, 0]], states: ['starting'] },
    {
      name: 'is waited for while it uses CPU, however little',
      readings: [
        [0, 0],
        [59, 1],
        [118, 2],
        [177, 3],
      ],
      states: ['starting', 'starting', 'starting', 'starting'],
    },
    {
      name: 'is given up after a minute without any use of CPU',
      readings: [
        [0, 7],
        [59.9, 7],
        [60, 7],
      ],
      states: ['starting', 'starting', 'idle'],
    },
    {
      name: 'has a minute again whenever it used some',
      readings: [
        [0, 0],
        [50, 0],
        [55, 1],
        [114, 1],
        [115, 1],
      ],
      states: ['starting', 'starting', 'starting', 'starting', 'idle'],
    },
    {
      name: 'is busy where one of its processes ended with its share',
      readings: [
        [0, 90],
        [59, 40],
        [118, 40],
      ],
      states: ['starting', 'starting', 'starting'],
    },
    {
      name: 'is waited for 3 minutes in all where no use can be read',
      readings: [
        [0, null],
        [61, null],
        [179, null],
        [180, null],
      ],
      states: ['starting', 'starting', 'starting', 'unread'],
    },
  ]
  it.each(cases)('$name', ({ readings, states }) => {
    expect(follow(readings)).toEqual(states)
  })

  it('is given up after 15 minutes however busy it is', () => {
    const states = follow(every(10, 900, (seconds) => seconds))
    expect(states.indexOf('slow') * 10).toBe(900)
    expect(new Set(states.slice(0, -1))).toEqual(new Set(['starting']))
  })

  it.each([
    ['idle', 'it used no CPU for 60 s', /LOG_LEVEL=debug/],
    ['slow', 'it was still busy after 15 minutes', /more CPU or memory/],
    ['unread', 'it was not up after 3 minutes', /more CPU or memory.*LOG_LEVEL=debug/],
  ] as const)('that is given up as %s comes with what to do', (state, reason, advice) => {
    expect(describeGivenUp(state)).toEqual({ reason, advice: expect.stringMatching(advice) })
  })
})

describe('a child process', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const { pid } of children.splice(0)) {
      try {
        process.kill(-(pid ?? Number.NaN), 'SIGKILL')
      } catch {
        // it ended by itself
      }
    }
  })
  const start = (code: string) => {
    const child = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    return child
  }
  /** A clock on which ten seconds pass between two readings. */
  const fast = () => {
    let at = 0
    return { now: () => (at += 10 * SECOND), everyMs: 40 }
  }
  const never = () => new Promise<never>(() => {})
  const IDLE = `setInterval(() => {}, 1e6)`
  const BUSY = `for (;;);`

  it.runIf(process.platform === 'linux')('that does nothing is given up, with what to do', async () => {
    const child = start(`console.log('up'); ${IDLE}`)
    await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
    await expect(whileItStarts(child, never, fast())).rejects.toMatchObject({
      name: 'StepError',
      message: 'it used no CPU for 60 s',
      advice: expect.stringContaining('start again'),
    })
  })

  it.runIf(process.platform === 'linux')('that is busy in a process that it started is waited for', async () => {
    const child = start(`require('node:child_process').spawn(process.execPath, ['-e', '${BUSY}']); ${IDLE}`)
    let readings = 0
    const clock = { ...fast(), readCpu: (pid: number) => (readings++, cpuOfGroup(pid)) }
    const up = async (given: AbortSignal) => {
      while (readings < 40 && !given.aborted) await new Promise((resolve) => setTimeout(resolve, 10))
      return given.aborted
    }
    expect(await whileItStarts(child, up, clock)).toBe(false)
  })

  it('that ends is waited for no longer', async () => {
    await expect(whileItStarts(start('process.exit(3)'), never)).rejects.toThrow('it exited (code 3)')
  })

  it('that had ended before is not waited for', async () => {
    const child = start('')
    await once(child, 'exit')
    await expect(whileItStarts(child, never)).rejects.toThrow('it exited (code 0)')
  })

  it('that can’t be run is reported', async () => {
    await expect(whileItStarts(spawn('/nonexistent/node', { detached: true }), never)).rejects.toThrow(
      /could not be run: .*ENOENT/,
    )
  })

  it('whose work ends in an error is not read any more', async () => {
    let readings = 0
    const child = start(IDLE)
    const clock = { everyMs: 5, readCpu: () => ++readings }
    await expect(whileItStarts(child, () => Promise.reject(new Error('status 500')), clock)).rejects.toThrow(
      'status 500',
    )
    const before = readings
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(readings).toBe(before)
  })

  it.runIf(process.platform === 'linux')('that is gone has no figure', async () => {
    const child = start('')
    const { pid = Number.NaN } = child
    expect(cpuOfGroup(pid)).toEqual(expect.any(Number))
    await once(child, 'exit')
    expect(cpuOfGroup(pid)).toBeNull()
  })
})
