import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDiskSpace } from './local-checks.ts'

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

describe('a disk without free space', () => {
  // the proc file system of Linux reports 0 free bytes
  it.runIf(existsSync('/proc')).each([
    ['that is about to be full', 3],
    ['without known growth', null],
  ])('%s fails', (_, daysLeft) => {
    expect(checkDiskSpace('/proc', { isWritten: false, daysLeft }).state).toBe('fail')
  })
})

it('warns that a large disk is full within a week, and names the days', () => {
  expect(checkDiskSpace(folder, { isWritten: true, daysLeft: 3.5 }).detail).toMatch(/ Full in 3 days at the growth/)
})
