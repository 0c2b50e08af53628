import { describe, expect, it } from 'vitest'
import { BirdSessionLog } from './bird-log.ts'

const at = (time: string) => Date.parse(`2026-11-20T11:${time}Z`)
const line = (time: string, text: string) => `2026-11-20 11:${time}000 <TRACE> customer: ${text}\n`

const FIRST_LIFE = [
  line('28:59.868', 'Got OPEN(as=65001,hold=10,id=192.0.2.1)'),
  line('28:59.868', 'BGP session established'),
  line('28:59.900', 'Sending KEEPALIVE'),
  line('29:00.114', 'Got UPDATE'),
  line('29:02.100', 'Got KEEPALIVE'),
].join('')
const FALL = line('29:05.947', 'BFD session down') + line('29:05.947', 'BGP session closed')
const SECOND_LIFE = line('29:12.001', 'BGP session established')

describe('a router’s log', () => {
  it('shows since when a session is up, and the messages of that life', () => {
    const log = new BirdSessionLog()
    expect(log.session('customer')).toEqual({ up: false, first: null, downs: [], sent: 0, received: 0 })
    log.read(FIRST_LIFE)
    expect(log.session('customer')).toEqual({ up: true, first: at('28:59.868'), downs: [], sent: 1, received: 2 })
    log.read(FALL + SECOND_LIFE)
    expect(log.session('customer')).toMatchObject({
      downs: [{ from: at('29:05.947'), until: at('29:12.001'), lastMessageAt: at('29:02.100') }],
      sent: 0,
      received: 0,
    })
  })

  it('is the same wherever it was cut in two while it was written', () => {
    const whole = new BirdSessionLog()
    const text = FIRST_LIFE + FALL + SECOND_LIFE
    whole.read(text)
    for (let cut = 0; cut <= text.length; cut++) {
      const log = new BirdSessionLog()
      log.read(text.slice(0, cut))
      log.read(text.slice(cut))
      expect(log.session('customer')).toEqual(whole.session('customer'))
    }
  })

  it('lets a session that is down be down until it is up again, and one of a killed router since the kill', () => {
    const log = new BirdSessionLog()
    log.read(FIRST_LIFE + FALL)
    expect(log.session('customer').downs).toMatchObject([{ from: at('29:05.947'), until: Number.POSITIVE_INFINITY }])
    log.killed(at('29:09.000'))
    expect(log.session('customer').downs).toHaveLength(1)
    log.read(SECOND_LIFE)
    log.killed(at('29:20.000'))
    expect(log.session('customer').downs.at(-1)).toMatchObject({
      from: at('29:20.000'),
      until: Number.POSITIVE_INFINITY,
    })
  })
})
