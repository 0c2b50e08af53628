import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StreamMessage, StreamParser } from './event-stream.ts'

const parse = (chunks: string[]): StreamMessage[] => {
  const parser = new StreamParser()
  return chunks.flatMap((chunk) => parser.push(chunk))
}

const text = 'retry: 2000\n\n: hb\n\nid: 7\nevent: change\ndata: {"a":1}\n\ndata: one\ndata: two\n\n'
const expected = [
  { id: null, event: null, data: 'hb' },
  { id: '7', event: 'change', data: '{"a":1}' },
  { id: '7', event: 'message', data: 'one\ntwo' },
]

describe('an event stream', () => {
  it('gives events, and comments as heartbeats', () => {
    expect(parse([text])).toEqual(expected)
    expect(parse([text.replaceAll('\n', '\r\n')])).toEqual(expected)
  })

  it('reads the same however the network cuts it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), fc.boolean(), (cuts, crlf) => {
        const whole = crlf ? text.replaceAll('\n', '\r\n') : text
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end))
        expect(parse(chunks)).toEqual(expected)
      }),
    )
  })

  it('keeps an unfinished event to itself', () => {
    expect(parse(['event: change\ndata: {}\n'])).toEqual([])
  })
})
