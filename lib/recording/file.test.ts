import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRecording, RecordingWriter } from './file.ts'
import type { AnonymizedHttpExchange } from './recording-format.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-recording-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const exchange = (at: number, body = `{"at":${at}}`): AnonymizedHttpExchange => ({
  at,
  ms: 5,
  method: 'GET',
  url: '/subscriptions',
  request: null,
  status: 200,
  headers: {},
  body,
  fault: null,
})
const writeTo = (file: string, ...exchanges: AnonymizedHttpExchange[]) => {
  const writer = new RecordingWriter(file, { startedAt: exchanges[0]?.at ?? 0, kept: [] })
  for (const each of exchanges) writer.add(each)
  writer.close()
}

it('gives back what was written, over several runs, in the order of time', () => {
  const file = path.join(folder, 'runs')
  writeTo(file, exchange(10), exchange(20, 'same'), exchange(30, 'same'), exchange(31, ''))
  writeTo(file, exchange(5, 'same'), exchange(6, 'same'))
  const { headers, exchanges } = readRecording(file)
  expect(headers.map(({ startedAt }) => startedAt)).toEqual([10, 5])
  expect(exchanges).toEqual([
    exchange(5, 'same'),
    exchange(6, 'same'),
    exchange(10),
    exchange(20, 'same'),
    exchange(30, 'same'),
    exchange(31, ''),
  ])
})

it('a body that was recorded before takes no room again', () => {
  const file = path.join(folder, 'bodies')
  const body = Array.from({ length: 5_000 }, (_, i) => Math.sin(i)).join(' ')
  writeTo(file, exchange(1, body))
  const { size } = statSync(file)
  writeTo(path.join(folder, 'again'), ...Array.from({ length: 50 }, (_, i) => exchange(i, body)))
  expect(statSync(path.join(folder, 'again')).size).toBeLessThan(size * 1.1)
})

it('what a crash left of the last line is left out, and cut off when the recording goes on', () => {
  const file = path.join(folder, 'torn')
  writeTo(file, exchange(1))
  writeTo(file, exchange(2))
  for (const bytes of [1, 7, 30]) {
    truncateSync(file, statSync(file).size - bytes)
    expect(readRecording(file).exchanges).toEqual([exchange(1)])
  }
  appendFileSync(file, 'and bytes that are nothing')
  writeTo(file, exchange(3))
  expect(readRecording(file).exchanges).toEqual([exchange(1), exchange(3)])
})

it.each([
  ['no file', null, /can't be read \(ENOENT\)/],
  ['something else', Buffer.from('{"value":[]}'), /is no recording: make one by npm run record/],
  ['compressed, but something else', gzipSync('{"value":[]}\n'), /is no recording/],
  [
    'of another version',
    gzipSync('{"peerwatchRecording":2,"startedAt":0,"kept":[]}\n'),
    /version 2, this Peerwatch reads 1/,
  ],
])('refuses %s, and says what to do', (name, bytes, words) => {
  const file = path.join(folder, name)
  if (bytes) writeFileSync(file, bytes)
  expect(() => readRecording(file)).toThrow(words)
})

it('is refused if a small file unpacks to more than a recording has', () => {
  const file = path.join(folder, 'bomb')
  writeFileSync(file, gzipSync(Buffer.alloc(100_000_001, ' ')))
  expect(() => readRecording(file)).toThrow(/more than 100 MB/)
})

it('does not write into a file that is no recording', () => {
  const file = path.join(folder, 'notes')
  writeFileSync(file, 'shopping list')
  expect(() => new RecordingWriter(file, { startedAt: 0, kept: [] })).toThrow(/is no recording/)
  expect(readFileSync(file, 'utf8')).toBe('shopping list')
})
