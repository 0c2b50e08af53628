import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { waitForStart } from './wait-for-start.ts'

describe('a child process that starts', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  const start = (code: string) => {
    const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
    children.push(child)
    return child
  }
  const never = () => new Promise<never>(() => {})
  const IDLE = `setInterval(() => {}, 1e6)`

  it('is given up when its time is over, with what to do, and its work ends', async () => {
    let given: AbortSignal | undefined
    const work = (signal: AbortSignal) => ((given = signal), never())
    await expect(waitForStart(start(IDLE), work, 50)).rejects.toMatchObject({
      name: 'StepError',
      message: 'it was not up after 0.05 s',
      advice: expect.stringMatching(/LOG_LEVEL=debug.*START_WITHIN/),
    })
    expect(given?.aborted).toBe(true)
  })

  it('is waited for until its work ends', async () => {
    expect(await waitForStart(start(IDLE), async (given) => given.aborted)).toBe(false)
  })

  it('that ends is waited for no longer', async () => {
    await expect(waitForStart(start('process.exit(3)'), never)).rejects.toThrow('it exited (code 3)')
  })

  it('that had ended before is not waited for', async () => {
    const child = start('')
    await once(child, 'exit')
    await expect(waitForStart(child, never)).rejects.toThrow('it exited (code 0)')
  })

  it('that can’t be run is reported', async () => {
    await expect(waitForStart(spawn('/nonexistent/node'), never)).rejects.toThrow(/could not be run: .*ENOENT/)
  })

  it('whose work ends in an error fails with that', async () => {
    await expect(waitForStart(start(IDLE), () => Promise.reject(new Error('status 500')))).rejects.toThrow('status 500')
  })
})
