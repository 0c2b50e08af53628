import { expect, it } from 'vitest'
import { TcpStreamMessageSplitter } from './message-splitter.ts'

it('a message in single bytes is kept in few chunks, and read whole', () => {
  const size = 20_000
  const splitter = new TcpStreamMessageSplitter(4, (header) => new DataView(header.slice().buffer).getUint32(0))
  const message = Uint8Array.from({ length: size }, (_, n) => n)
  new DataView(message.buffer).setUint32(0, size)
  const read: Uint8Array[] = []
  let most = 0
  for (const byte of message) {
    read.push(...splitter.push(Uint8Array.of(byte)))
    most = Math.max(most, splitter.chunks)
  }
  expect(read).toEqual([message])
  expect(most).toBeLessThanOrEqual(1_024)
  expect(splitter.isInsideMessage).toBe(false)
})
