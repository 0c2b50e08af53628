import { describe, expect, it } from 'vitest'
import { formatRowName, layOutTimeline, placeTimelineMarks } from './chart-layout.ts'
import type { TimelineMark, TimelineTrack } from './timeline-tracks.ts'

const window = { from: 0, to: 1000 }
const mark = (key: string, from: number, to: number | null, row = 0): TimelineMark => ({
  key,
  ink: 'down',
  word: 'DOWN',
  from: [from, from],
  to: to === null ? null : [to, to],
  isPoint: false,
  row,
  title: '',
})
const roomsOf = (marks: TimelineMark[]) =>
  Object.fromEntries(placeTimelineMarks(marks, window, 1000, 1000).map(({ mark: { key }, room }) => [key, room]))

describe('a word beside a mark may reach', () => {
  it.each([
    ['the end of the plot, where nothing follows', [mark('a', 100, 110)], { a: 1000 }],
    ['the next mark of its line', [mark('a', 100, 110), mark('b', 300, 310)], { a: 300, b: 1000 }],
    [
      'no further than its own end, where a state follows at once',
      [mark('a', 100, 110), mark('b', 110, null)],
      { a: 110 },
    ],
    ['beyond what stands on another line', [mark('a', 100, 110), mark('b', 300, 310, 1)], { a: 1000 }],
    ['beyond what lies before', [mark('a', 100, 110), mark('b', 300, 310)], { b: 1000 }],
  ])('%s', (_, marks, expected) => {
    expect(roomsOf(marks)).toMatchObject(expected)
  })

  it('what is out of sight has no place', () => {
    expect(roomsOf([mark('a', 2000, 2100)])).toEqual({})
  })
})

describe('a state without a duration', () => {
  it.each([
    ['that begins now', mark('a', 1000, null)],
    [
      'that begins after the time of the page, by another clock',
      { ...mark('a', 1005, null), from: [990, 1005] as const },
    ],
    ['that ended at once', mark('a', 400, 400)],
  ])('%s has a visible width', (_, own) => {
    const [placed] = placeTimelineMarks([own as TimelineMark], window, 1000, 990)
    const [begin, end] = placed?.extent ?? [0, 0]
    expect(begin).toBeGreaterThanOrEqual(0)
    expect(end).toBeLessThanOrEqual(1000)
    expect(end - begin).toBeGreaterThan(0)
  })
})

describe('names of rows', () => {
  const track: TimelineTrack = { key: 'a', name: 'CE – MSEE', part: 'primary', rows: 2, marks: [], unseen: [] }
  const plotOf = (rowNames?: string[]) =>
    layOutTimeline([rowNames ? { ...track, rowNames } : track], 1000, 1, 150).plot.x

  it.each(['192.168.100.100 ↔ 192.168.100.101', 'fd00:0:2::62 ↔ fd00:0:2::61', 'ARP'])('show all of %s', (name) => {
    expect(formatRowName(name)).toBe(name.split(' ↔ ')[0])
  })

  it('are cut if they are longer than an IPv4 address', () => {
    expect(formatRowName('fd00:1234:5678:9abc:def0::1 ↔ fd00::2')).toBe('fd00:1234:5678…')
  })

  it('have the width that the longest name needs, at least 66 px', () => {
    expect([plotOf(), plotOf([]), plotOf(['ARP', 'IPv4'])]).toEqual([150, 150, 216])
    expect(plotOf(['ARP', '192.168.100.100 ↔ 192.168.100.101'])).toBeGreaterThan(250)
    expect(plotOf(['x'.repeat(80)])).toBeLessThanOrEqual(150 + 112)
  })
})
