import { describe, expect, it } from 'vitest'
import { parseCorpusTime, EARLIER_TOPOLOGY_CHANGE_TIME } from '../scenario.ts'
import { ScenarioTextError } from './lines.ts'
import { readScenario, readScenarios } from './read.ts'

const HEAD = 'scenario S900 fault: A test\n  run T2 from 09:55:00 to 10:45:00\n'
const of = (lines: string) => readScenario(`${HEAD}${lines}\n`)

function faultsOf(text: string): readonly string[] {
  try {
    readScenarios(text, 'a.txt')
    return []
  } catch (error) {
    if (!(error instanceof ScenarioTextError)) throw error
    return error.faults
  }
}

describe('happenings', () => {
  it.each([
    ['cut-path ckt-lon/both detection=170s', { op: 'cut-path', circuit: 'ckt-lon', path: 'both', detection: '170s' }],
    [
      'session-loss ergw-hub 10.0.4.12~10.0.4.4',
      { op: 'session-loss', gateway: 'ergw-hub', instance: '10.0.4.12', neighbor: '10.0.4.4' },
    ],
    ['session-loss ergw-hub ~10.0.4.4', { op: 'session-loss', gateway: 'ergw-hub', neighbor: '10.0.4.4' }],
    ['session-loss ergw-hub', { op: 'session-loss', gateway: 'ergw-hub' }],
    [
      'session-loss ckt-lon/primary word="Idle (PfxCt)"',
      { op: 'session-loss', circuit: 'ckt-lon', path: 'primary', word: 'Idle (PfxCt)' },
    ],
    ['blackhole ckt-lon share=0.5', { op: 'blackhole', circuit: 'ckt-lon', share: 0.5 }],
    [
      'announce ckt-lon site=dc-a prefixes=10.60.0.0/24*60,10.9.0.0/16 asPath=65001,-,65001',
      {
        op: 'announce',
        circuit: 'ckt-lon',
        site: 'dc-a',
        prefixes: [{ first: '10.60.0.0/24', count: 60 }, '10.9.0.0/16'],
        asPath: [65001, null, 65001],
      },
    ],
    [
      'configuration vnet-peering vnet-hub/to-spoke set={"forwarded": false} unlogged',
      {
        op: 'configuration',
        kind: 'vnet-peering',
        name: 'vnet-hub',
        child: 'to-spoke',
        set: { forwarded: false },
        logged: false,
      },
    ],
    ['api-fault 503 gateway.peers', { op: 'api-fault', fault: '503', operation: 'gateway.peers' }],
    ['traffic dc-a factor=2.1', { op: 'traffic', demand: 'dc-a', factor: 2.1 }],
  ])('%s', (line, happening) => {
    expect(of(`  10:00:30 ${line} until 10:12:00`).truth).toEqual([{ ...happening, at: '10:00:30', until: '10:12:00' }])
  })

  it('repeat, and may begin long before the run', () => {
    expect(of('  earlier keepalive-stall ergw-hub ~10.0.4.4 for 1m every 2m times 18').truth).toEqual([
      {
        op: 'keepalive-stall',
        gateway: 'ergw-hub',
        neighbor: '10.0.4.4',
        at: EARLIER_TOPOLOGY_CHANGE_TIME,
        for: '1m',
        every: '2m',
        times: 18,
      },
    ])
  })

  it('name a series of prefixes in JSON by its step and count', () => {
    const { truth } = of(
      '  10:00:30 configuration vnet vnet-spoke set={"addressSpace": ["10.110.254.0/24 step 2 count 2"]}',
    )
    expect(truth[0]).toMatchObject({ set: { addressSpace: ['10.110.254.0/24', '10.111.0.0/24'] } })
  })
})

describe('the collector', () => {
  it.each([
    ['collector stop until 10:12:00', { kind: 'stop' }],
    ['collector restart until 10:12:00', { kind: 'restart' }],
    ['operator pause until 10:12:00', { kind: 'pause' }],
    ['operator pause ckt-lon until 10:12:00', { kind: 'pause', resource: 'ckt-lon' }],
    [
      'collector timeout summary ckt-lon/primary until 10:12:00',
      { kind: 'timeout', poll: 'summary', source: 'ckt-lon/primary' },
    ],
  ])('%s', (line, event) => {
    expect(of(`  10:00:30 ${line}`).collector).toEqual([
      { ...event, at: parseCorpusTime('10:00:30'), until: parseCorpusTime('10:12:00') },
    ])
  })

  it('has a customer’s router that reports', () => {
    expect(of('  10:00:33 router down ckt-lon/primary until 10:10:00').collector).toEqual([
      {
        kind: 'router',
        state: 'down',
        resource: 'ckt-lon/primary',
        prefixes: [],
        at: parseCorpusTime('10:00:33'),
        until: parseCorpusTime('10:10:00'),
      },
    ])
  })

  it('has a clock that steps and drifts', () => {
    expect(of('  10:00:33 collector clock stepMs=-1500 ppm=20').collector).toEqual([
      { kind: 'clock', at: parseCorpusTime('10:00:33'), stepMs: -1500, ppm: 20 },
    ])
  })
})

describe('expectations', () => {
  it('hold bounds, proof and cause of the begin, and bounds of the end', () => {
    const { expect: read } =
      of(`  expect path_down ckt-lon/primary in summary from 10:00:31 to 10:12:52 bounds [10:00:10, 10:01:12]
      detected 10:01:12 ends reported upDown bounds [10:12:50, 10:12:53] outage [11:38, 12:43] severity major cause link confidence 0.5`)
    expect(read).toEqual([
      {
        event: 'path_down',
        subject: 'ckt-lon/primary',
        poll: 'summary',
        at: parseCorpusTime('10:00:31'),
        until: parseCorpusTime('10:12:52'),
        bounds: { earliest: parseCorpusTime('10:00:10'), latest: parseCorpusTime('10:01:12') },
        detectedAt: parseCorpusTime('10:01:12'),
        ends: {
          at: parseCorpusTime('10:12:52'),
          reportedBy: 'upDown',
          bounds: { earliest: parseCorpusTime('10:12:50'), latest: parseCorpusTime('10:12:53') },
        },
        outage: { minMs: 698_000, maxMs: 763_000 },
        severity: 'major',
        cause: 'link',
        confidence: 0.5,
        preexisting: false,
        samples: 1,
        pages: 0,
      },
    ])
  })

  it('have subjects with spaces, and a source where the subject names none', () => {
    const [read] = of('  expect failover ckt-lon > 10.200.0.1 in learned of ergw-hub at 10:00:33').expect
    expect(read).toMatchObject({ subject: 'ckt-lon > 10.200.0.1', poll: 'learned', source: 'ergw-hub' })
  })

  it('are several where words have alternatives', () => {
    const { expect: read } = of('  expect peer_lost 10.0.4.4|10.0.4.5 in peers of a|b at 10:00:30')
    expect(read.map(({ subject, source }) => [subject, source])).toEqual([
      ['10.0.4.4', 'a'],
      ['10.0.4.5', 'b'],
    ])
  })

  it('forbid events, causes, and anything adverse', () => {
    const { forbid, forbidAdverse } = of(
      '  forbid adverse\n  forbid path_down, session_down of 10.0.4., mass_withdraw alone, cause bfd',
    )
    expect(forbidAdverse).toBe(true)
    expect(forbid).toEqual([
      { event: 'path_down', alone: false },
      { event: 'session_down', subject: '10.0.4.', alone: false },
      { event: 'mass_withdraw', alone: true },
      { cause: 'bfd', alone: false },
    ])
  })
})

it('a setup is read where it is used', () => {
  const scenario = readScenario(`# a comment
setup london-alone
  set sites dc-a {"egress": [{"circuit": "ckt-lon"}]}
  declare watched 10.10.0.0/16

${HEAD}  use london-alone
  declare watched 10.20.0.0/15
`)
  expect(scenario.patch).toEqual({ sites: { 'dc-a': { egress: [{ circuit: 'ckt-lon' }] } } })
  expect(scenario.declared.watched).toEqual(['10.10.0.0/16', '10.20.0.0/15'])
})

describe('a fault names its line and what would be right', () => {
  it.each([
    [
      '  10:00:30 cut-pat ckt-lon/primary',
      'a.txt:4: nothing is called "cut-pat"; expected one of "cut-path", "session-loss",',
    ],
    [
      '  10:00:30 cut-path ckt-lon/primary detectoin=2s',
      'a.txt:4: cut-path has no option "detectoin"; expected one of "detection",',
    ],
    ['  10:00:30 cut-path ckt-lon/primary detection', 'a.txt:4: "detection" has no value; expected detection=<value>'],
    ['  10:00:30 cut-path', 'a.txt:4: ends too early; expected a circuit or a path such as ckt-lon/primary'],
    ['  10:00:30 cut-path ckt-par/primary until 10:12:00', 'a.txt:4: circuit: no circuit is called "ckt-par"'],
    ['  10:00:30 traffic dc-a factor=much', 'a.txt:4: "much"; expected a number'],
    ['  10:00:30 keepalive-stall ergw-hub 10.0.4.4', 'a.txt:4: "10.0.4.4"; expected <instance>~<neighbor>'],
    [
      '  10:00 cut-path ckt-lon/primary',
      'a.txt:4: "10:00" is neither a time nor a statement; expected one of "hh:mm:ss", "earlier", "use",',
    ],
    ['  expect path_donw ckt-lon/primary in summary at 10:00:31', 'a.txt:4: event: Invalid option: expected one of '],
    ['  expect path_down ckt-lon/primary at 10:00:31', 'a.txt:4: ends too early; expected "in"'],
    [
      '  expect path_down ckt-lon/primary in cs at 10:00:31',
      'a.txt:4: poll: Invalid option: expected one of "peers"|"learned"|',
    ],
    ['  expect path_down ckt-lon/primary in summary at 10:31', 'a.txt:4: at: expected hh:mm:ss'],
    [
      '  expect path_down ckt-lon/primary in summary at 10:00:31 sevrity major',
      'a.txt:4: an expectation has no clause "sevrity"; expected one of "at",',
    ],
    [
      '  expect path_down ckt-lon/primary in summary at 10:00:31 at 10:00:32',
      'a.txt:4: "at" is given twice; expected it once',
    ],
    [
      '  expect path_down ckt-lon/primary in summary at 10:00:31 bounds 10:00:10',
      'a.txt:4: "10:00:10"; expected two times such as [10:00:10, 10:01:12]',
    ],
    [
      '  expect path_down a|b in summary of a|b|c at 10:00:31',
      'a.txt:4: "|" separates 2 and 3 alternatives; expected the same number in each word',
    ],
    ['  forbid path_down everywhere', 'a.txt:4: "everywhere" is too much; expected the end of the line'],
    ['  use london', 'a.txt:4: no setup is called "london"; expected one of "paris", defined above'],
    ['  pages many', 'a.txt:4: "many"; expected a number of pages'],
    ['  run T2 from 09:55:00 to 10:45:00', 'a.txt:4: "topology" is given twice in this scenario; expected it once'],
    ['  set circuits ckt-lon {"tier" "Premium"}', 'a.txt:4: {"tier" "Premium"} is not JSON'],
    ['  set circuits ckt-lon {"tier"', 'a.txt:4: a quote or bracket is not closed on this line or its continuation'],
    [
      '  declare gateway a',
      'a.txt:4: "gateway" is not declared; expected one of "no-sites", "router", "policy", "customer", "connectivity", "watched", "maintenance", "failover-test"',
    ],
    [' pages 1', 'a.txt:4: indented by 1; expected 2 spaces, or more to continue a line'],
  ])('%s', (line, fault) => {
    const faults = faultsOf(`setup paris\n${HEAD}${line}\n`)
    expect(faults.map((text) => text.slice(0, fault.length))).toEqual([fault])
  })

  it('and all of them at once', () => {
    expect(
      faultsOf('scenario S900 fault: A\n  pages one\n  use b\nscenario S901 odd: B\n  run T9 from 1 to 2\nsetups b\n'),
    ).toEqual([
      'a.txt:2: "one"; expected a number of pages',
      'a.txt:3: no setup is called "b"; expected none, defined above',
      'a.txt:4: labels.0: Invalid option: expected one of "fault"|"benign"|"collector"',
      'a.txt:4: topology: Invalid option: expected one of "T2"|"T2v"|"T3"|"TV"',
      'a.txt:4: start: expected hh:mm:ss',
      'a.txt:4: end: expected hh:mm:ss',
      'a.txt:6: "setups" begins no block; expected one of "scenario", "setup"',
    ])
  })

  it('also for a scenario without a run', () => {
    expect(faultsOf('scenario S900 fault: A\n')).toEqual([
      'a.txt:1: the scenario has no "run"; expected "run <topology> from hh:mm:ss to hh:mm:ss"',
    ])
  })
})
