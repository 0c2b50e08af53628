import { expect, it } from 'vitest'
import { judgeAnswersDuringOutage } from './false-green.ts'

const subject = {
  circuit: { id: 'c0', name: 'erc-0' },
  gateway: { id: 'g0' },
  session: { scope: 'c0', localAddress: '192.0.2.1', neighbor: '192.0.2.2' },
}
const polled = (state: string) => ({ state, oldestPollAt: '2026-11-20T00:00:00.000Z' })
const up = { id: 'c0', verdict: 'up' }
const later = new Date(Date.now() + 7_200_000).toISOString()

it.each([
  ['fresh and up', { data: up, freshness: polled('fresh') }, '/q: fresh, and .data.verdict is "up"'],
  [
    'a part of it is up',
    { data: [{ name: 'erc-0', paths: [{ state: 'established' }] }], freshness: polled('fresh') },
    '/q: fresh, and .data[].paths[].state is "established"',
  ],
  ['a moment in the future', { data: { at: later }, freshness: polled('late') }, '/q: .data.at lies in the future'],
  ['late', { data: up, freshness: polled('late') }, 'unknown'],
  ['down', { data: { ...up, verdict: 'down' }, freshness: polled('fresh') }, 'right'],
  ['another circuit', { data: { ...up, id: 'c1' }, freshness: polled('fresh') }, 'right'],
  ['what was', { data: { id: 'c0', history: [{ state: 'up' }] }, freshness: polled('fresh') }, 'right'],
  ['the end of a month', { data: { monthEnd: later }, freshness: polled('fresh') }, 'right'],
  ['settings', { data: {}, freshness: { state: 'fresh', oldestPollAt: null } }, 'aboutNoPoll'],
])('an answer with %s while both paths are cut', (_, body, expected) => {
  const { faults, ...counts } = judgeAnswersDuringOutage(
    [{ url: '/q', status: 200, body }],
    subject,
    new Map([['/q', new Set(['.data.monthEnd'])]]),
  )
  const [kind] = Object.entries(counts).flatMap(([name, n]) => (n > 0 ? [name] : []))
  expect(faults[0] ?? kind).toBe(expected)
})
