import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { SHORT_TORTURE_ROUND_OPTIONS } from './plan.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
/** Factor for all time limits, because other tests run at the same time. */
const PATIENCE = 6
/** Timeout. The web is built first if necessary. */
const LONGEST_MS = 600_000

it('a round of the whole product under faults loses nothing, doubles nothing and makes nothing up', {
  timeout: LONGEST_MS,
}, async () => {
  const { rounds } = SHORT_TORTURE_ROUND_OPTIONS
  const options = Object.entries({ ...SHORT_TORTURE_ROUND_OPTIONS, patience: PATIENCE }).map(
    ([name, value]) => `--${name}=${value}`,
  )
  const { code, lines } = await torture(options)
  expect(lines.join('\n')).toContain(`${rounds} rounds, 0 with faults`)
  expect(code).toBe(0)
})

/** Runs a torture round like `npm run torture`, without this test's environment variables. */
async function torture(options: string[]): Promise<{ code: number | null; lines: string[] }> {
  const { PATH, HOME, NODE_OPTIONS = '' } = process.env
  const child = spawn(process.execPath, ['bin/torture.ts', ...options], {
    cwd: ROOT,
    env: { NODE_ENV: 'production', PATH, HOME, NODE_OPTIONS, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  return { code: await new Promise((resolve) => child.once('exit', resolve)), lines }
}
