import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDiskSpace } from './local.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a data folder that this process may not write to', () => {
  // a path below a file cannot be accessed, even by root
  const file = path.join(folder, 'file')
  writeFileSync(file, '')
  const dataDir = path.join(file, 'data')

  it('is refused where the process keeps its key there', () => {
    const { state, detail } = checkDiskSpace(dataDir, { isWritten: true })
    expect({ state, detail }).toEqual({ state: 'fail', detail: `${file} can’t be written to (EACCES).` })
  })

  it('is asked for its room alone where the process only reads there, as under npm start', () => {
    expect(checkDiskSpace(dataDir, { isWritten: false }).detail).toMatch(/ GB free of .* GB at /)
  })
})
