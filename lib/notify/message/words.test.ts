import { describe, expect, it } from 'vitest'
import type { Content, IncidentContent } from '../content.ts'
import { outage, over } from '../testing/content.ts'
import { sectionsOf } from './sections.ts'
import { textOf } from './text.ts'
import { boundsWords, durationWords, outageWords } from './times.ts'
import { webhookBody } from './webhook-body.ts'
import { titleOf } from './words.ts'

const plain: IncidentContent = { ...outage, card: null }

describe('bounds in words', () => {
  it.each([
    [['2030-02-04T10:00:10.000Z', '2030-02-04T10:01:12.000Z'], 'between 2030-02-04 10:00:10 and 10:01:12 UTC'],
    [
      ['2030-02-04T23:59:10.000Z', '2030-02-05T00:01:12.000Z'],
      'between 2030-02-04 23:59:10 and 2030-02-05 00:01:12 UTC',
    ],
    [['2030-02-04T10:00:10.100Z', '2030-02-04T10:00:10.900Z'], 'at 2030-02-04 10:00:10 UTC'],
    [
      ['1970-01-01T00:00:00.000Z', '2030-02-04T10:00:10.000Z'],
      'before 2030-02-04 10:00:10 UTC, when Peerwatch first looked',
    ],
  ] as const)('%j', (bounds, words) => {
    expect(boundsWords(bounds)).toBe(words)
  })

  it.each([
    [0.4, '0 s'],
    [59.9, '59 s'],
    [122, '2 min 02 s'],
    [11_100, '3 h 05 min'],
    [190_000, '2 d 04 h'],
  ])('%d s is %s', (seconds, words) => {
    expect(durationWords(seconds)).toBe(words)
  })

  it('of an outage are one figure where they are one', () => {
    expect(outageWords({ atLeastSeconds: 5, atMostSeconds: 5.2 })).toBe('5 s')
    expect(outageWords({ atLeastSeconds: 5, atMostSeconds: 65 })).toBe('at least 5 s, at most 1 min 05 s')
  })
})

describe('a title', () => {
  const where = 'Path down: ckt-lon, AzurePrivatePeering/primary'
  it.each<[Content, string]>([
    [plain, `[MAJOR] ${where}`],
    [{ ...plain, reason: 'repeated', severity: 'critical' }, `[STILL CRITICAL] ${where}`],
    [{ ...plain, reason: 'acknowledged' }, `[ACKNOWLEDGED] ${where}`],
    [{ ...plain, reason: 'unverifiable' }, `[OPEN, UNVERIFIABLE] ${where}`],
    [{ ...plain, reason: 'flapping' }, `[FLAPPING, MAJOR] ${where}`],
    [{ ...plain, reason: 'closed' }, `[OVER] ${where}`],
    [
      { ...plain, kind: 'ecmp_reduced', subject: '10.0.0.1~10.0.0.2' },
      '[MAJOR] Fewer equal ways: ckt-lon, 10.0.0.1 to 10.0.0.2',
    ],
    [
      { reason: 'digest', severity: 'major', entries: [plain, { ...plain, reason: 'closed' }], at: plain.at },
      '[DIGEST, MAJOR] 2 notices of 1 incident',
    ],
  ])('%#', (content, title) => {
    expect(titleOf(content)).toBe(title)
  })
})

describe('a message', () => {
  it('says of an incident that nobody sees any more that nobody can tell', () => {
    const text = textOf(
      sectionsOf({ ...plain, reason: 'repeated', unverifiableSince: '2030-02-04T10:05:00.000Z' }, null),
    )
    expect(text).toContain('still open')
    expect(text).toContain('Nothing was seen of it since 2030-02-04 10:05:00 UTC')
  })

  it('says what explains it, where anything does', () => {
    const explainedBy = [{ kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }] as const
    const told = sectionsOf({ ...plain, explainedBy }, null)
    expect(textOf(told)).toContain('Explained by:   peering location London, both of its 2 circuits')
    expect(JSON.parse(webhookBody({ ...plain, explainedBy }, null)).data.explainedBy).toEqual(explainedBy)
    expect(textOf(sectionsOf({ ...plain, explainedBy: [] }, null))).not.toContain('Explained')
  })

  it('of the end asks for no next step', () => {
    const text = textOf(sectionsOf(over, null))
    expect(text).toContain('This is over.')
    expect(text).not.toContain('Next step')
    expect(text).not.toContain('Peerwatch:')
  })

  it('that is a digest has every entry, as text and as a payload', () => {
    const entries = ['ckt-a', 'ckt-b', 'ckt-c'].map((scopeName) => ({ ...plain, scopeName, incidentId: scopeName }))
    const digest: Content = { reason: 'digest', severity: 'major', entries, at: plain.at }
    const text = textOf(sectionsOf(digest, 'https://pw.example'))
    const body = JSON.parse(webhookBody(digest, 'https://pw.example'))
    expect(body.type).toBe('digest')
    for (const [index, { scopeName }] of entries.entries()) {
      expect(text).toContain(`Path down: ${scopeName}`)
      expect(text).toContain(`https://pw.example/incidents/${scopeName}`)
      expect(body.data.entries[index]).toMatchObject({ scopeName, url: `https://pw.example/incidents/${scopeName}` })
    }
  })
})
