import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createStreamParser } from './event-stream.ts'

type Said = ['event' | 'comment' | 'retry', unknown]

function read(pieces: readonly string[]): Said[] {
  const said: Said[] = []
  const parser = createStreamParser({
    onEvent: (event) => said.push(['event', event]),
    onComment: (text) => said.push(['comment', text]),
    onRetry: (ms) => said.push(['retry', ms]),
  })
  for (const piece of pieces) parser.feed(piece)
  return said
}

it.each([
  ['data: a\n\n', [['event', { data: 'a' }]]],
  ['id: 7\nevent: change\ndata: a\ndata:b\n\n', [['event', { id: '7', event: 'change', data: 'a\nb' }]]],
  ['data\r\n\r\ndata: b\r\rdata: c\n\n', ['', 'b', 'c'].map((data) => ['event', { data }])],
  [
    ': alive\n\nretry: 5000\nretry: soon\n',
    [
      ['comment', 'alive'],
      ['retry', 5000],
    ],
  ],
  ['event: nothing to say\n\ndata: not ended\n', []],
  ['\uFEFFdata: after a mark\n\n', [['event', { data: 'after a mark' }]]],
  ['data: {"a": "b: c"}\nunknown: x\n\n', [['event', { data: '{"a": "b: c"}' }]]],
])('reads %j', (text, said) => {
  expect(read([text])).toEqual(said)
})

it('reads the same wherever a stream is cut', () => {
  const part = fc.constantFrom('data', 'id', 'event', ':', ': ', ' ', 'a', 'ü', '\n', '\r', '\r\n', '\n\n')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.nat(60), { maxLength: 6 }), (parts, cuts) => {
      const text = `${parts.join('')}\n`
      const at = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length]
      expect(read(at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(read([text]))
    }),
  )
})
