import { expect, it } from 'vitest'
import { computeRoomForPolls } from './concurrency-limit.ts'

it.each([
  { name: 'a few for each connection at a time', free: 256, waiting: 0, since: 15, room: 24 },
  { name: 'more where the timetable takes long to read', free: 256, waiting: 0, since: 80, room: 48 },
  { name: 'no more than four times as many', free: 256, waiting: 0, since: 10_000, room: 96 },
  { name: 'what is free, where that is less', free: 5, waiting: 0, since: 80, room: 5 },
  { name: 'none while polls wait for a connection', free: 256, waiting: 1, since: 80, room: 0 },
  { name: 'none when as many are in flight as may be', free: 0, waiting: 0, since: 80, room: 0 },
])('a worker begins $name', ({ free, waiting, since, room }) => {
  expect(computeRoomForPolls(free, { waitingCount: waiting, options: { max: 12 } }, since)).toBe(room)
})
