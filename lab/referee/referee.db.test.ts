import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { findDigestDifferences, readDigests, type ProductAnswerRecording } from './testing/recording.ts'
import type { RecordingExtentName } from './testing/record.ts'

vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => ({ get: () => undefined }) }))

/** Variables that `npm run referee` sets. */
const { REFEREE_FORM, REFEREE_OUT, REFEREE_UPDATE } = process.env
const form: RecordingExtentName =
  REFEREE_FORM === 'whole' || (REFEREE_FORM === undefined && SHOULD_RUN_LONG_TESTS) ? 'whole' : 'quick'
const file = path.join(import.meta.dirname, `digests/${form}.txt`)

// takes a minute: `npm run referee` runs it after changes that must keep the behavior, and the long test run runs all
// forms
describe.runIf(REFEREE_FORM !== undefined || SHOULD_RUN_LONG_TESTS)('the referee', () => {
  let dataDir: string
  let recording: ProductAnswerRecording
  beforeAll(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-referee-'))
    // imports the whole product, which takes half a minute even if no answers are recorded
    const { ANSWER_RECORDING_EXTENTS, recordAllProductAnswers } = await import('./testing/record.ts')
    recording = await recordAllProductAnswers(ANSWER_RECORDING_EXTENTS[form], dataDir)
  }, 3_600_000)
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  it('whatever the product says of the frozen estate is what it said before', () => {
    const found = recording.digests()
    if (REFEREE_OUT) recording.writeTo(path.resolve(REFEREE_OUT, form))
    if (REFEREE_UPDATE) writeFileSync(file, found)
    const changed = findDigestDifferences(readDigests(file), found)
    const words = `${changed.length} of ${recording.size} answers are not those of ${path.relative(process.cwd(), file)}.
To see what changed: \`npm run referee -- --${form} --out FOLDER\` here, the same with another folder at the former commit, and \`diff -r\` of both.
Where the change is meant: \`npm run referee -- --update\`.
${changed.slice(0, 200).join('\n')}`
    expect(changed.length, words).toBe(0)
  })
})
