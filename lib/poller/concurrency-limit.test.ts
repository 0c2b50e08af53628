import { expect, it } from 'vitest'
import { roomForPolls } from './concurrency-limit.ts'

it.each([
  { name: 'a few for each connection at a time', free: 256, waiting: 0, room: 24 },
  { name: 'what is free, where that is less', free: 5, waiting: 0, room: 5 },
  { name: 'none while polls wait for a connection', free: 256, waiting: 1, room: 0 },
  { name: 'none when as many are in flight as may be', free: 0, waiting: 0, room: 0 },
])('a worker begins $name', ({ free, waiting, room }) => {
  expect(roomForPolls(free, { waitingCount: waiting, options: { max: 12 } })).toBe(room)
})
