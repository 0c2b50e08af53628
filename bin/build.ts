/** `npm run build`: the web, as `npm start` makes it; packages are installed before (`npm ci`). */
import path from 'node:path'
import { buildWeb } from '#lib/platform/bootstrap/prepare.ts'
import { AlreadyReported, createProgress, describeFailure } from '#lib/platform/bootstrap/progress.ts'

const root = path.resolve(import.meta.dirname, '..')
const progress = createProgress({ total: 1, json: false })
try {
  await progress.step('Web build', (note) => buildWeb(root, { onLine: note }))
} catch (error) {
  if (!(error instanceof AlreadyReported)) for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
