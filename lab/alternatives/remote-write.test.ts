import { expect, it } from 'vitest'
import { labelFields, encodeLiteralSnappyBlock, encodeRemoteWriteRequest } from './remote-write.ts'

/**
 * Compares the request for a series `m{l="v"}` with the bytes that the message definitions of the specification give.
 */
it('writes a series as protobuf in a snappy block', () => {
  const labels = labelFields([
    ['__name__', 'm'],
    ['l', 'v'],
  ])
  const samples = [
    { at: 300, value: 1 },
    { at: 301, value: null },
  ]
  const name = [0x0a, 13, 0x0a, 8, ...Buffer.from('__name__'), 0x12, 1, 0x6d]
  const label = [0x0a, 6, 0x0a, 1, 0x6c, 0x12, 1, 0x76]
  const one = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 2]
  // 0x7ff0000000000002 marks the end of the series
  const end = [0x12, 12, 0x09, 2, 0, 0, 0, 0, 0, 0xf0, 0x7f, 0x10, 0xad, 2]
  const series = [...name, ...label, ...one, ...end]
  const message = [0x0a, series.length, ...series]
  expect([...encodeRemoteWriteRequest([{ labels, samples }])]).toEqual([
    message.length,
    0xf4,
    message.length - 1,
    0,
    ...message,
  ])
})

it('splits what is longer than a literal', () => {
  const bytes = Buffer.alloc(65_537, 7)
  const block = encodeLiteralSnappyBlock(bytes)
  expect([...block.subarray(0, 6)]).toEqual([0x81, 0x80, 4, 0xf4, 0xff, 0xff])
  expect([...block.subarray(6 + 65_536)]).toEqual([0xf4, 0, 0, 7])
})
