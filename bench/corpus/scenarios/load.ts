/** How much flows. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, LON, longerAroundTen, near } from './frame.ts'

const traffic = (demand: string, factor: number, at: string, until?: string) =>
  ({ op: 'traffic', demand, factor, at, ...(until === undefined ? {} : { until }) }) as const

const busy = (id: string, title: string, factor: number, more: Partial<ScenarioData>): ScenarioData => ({
  ...longerAroundTen,
  id,
  title,
  labels: ['benign'],
  pages: 0,
  truth: [traffic('dc-a', factor, '10:00:30', '10:35:30')],
  ...more,
})

const nearlyFull = busy('S150', 'Both paths of a circuit run at 88 % for half an hour', 4.4, {
  labels: ['fault'],
  expect: (['primary', 'secondary'] as const).map((path) => ({
    event: 'bandwidth_high',
    subject: `${LON}/${path}`,
    source: LON,
    sees: 'st',
    at: '10:00:30',
    until: '10:35:30',
    flat: '15:00',
    level: { was: 0.25, is: 1.1 },
    severity: 'warning',
  })),
  forbid: [{ event: 'green_but_dead' }, { event: 'traffic_shift' }],
})

const threeQuarters = busy('S151', 'Both paths of a circuit run at 75 % for half an hour', 3.75, {
  forbid: [{ event: 'bandwidth_high' }, { event: 'traffic_shift' }, { event: 'n1_capacity_risk' }],
})

const tenMinutes = busy('S152', 'Both paths of a circuit run at 88 % for ten minutes', 4.4, {
  truth: [traffic('dc-a', 4.4, '10:00:30', '10:10:30')],
  forbid: [{ event: 'bandwidth_high' }, { event: 'n1_capacity_risk' }],
})

/** What both paths carry together all the time, in shares of what fits on one of them. */
const always = (
  id: string,
  title: string,
  demand: string,
  factor: number,
  more: Partial<ScenarioData>,
): ScenarioData => ({
  ...aroundTen,
  id,
  title,
  labels: ['benign'],
  pages: 0,
  truth: [traffic(demand, factor, LONG_AGO)],
  ...more,
})

const risk = (subject: string): NonNullable<ScenarioData['expect']> => [
  {
    event: 'n1_capacity_risk',
    subject,
    source: subject,
    sees: 'st',
    at: '09:55:25',
    standing: true,
    severity: 'minor',
  },
]

const tooMuchForOne = always('S153', 'Both paths together carry 108 % of what one can', 'dc-a', 2.7, {
  labels: ['fault'],
  expect: risk(LON),
  forbid: [{ event: 'bandwidth_high' }],
})
const tooMuchForOneAms = always('S154', 'The same on the other circuit', 'dc-b', 5.4, {
  labels: ['fault'],
  expect: risk(AMS),
  forbid: [{ event: 'bandwidth_high' }],
})
const justEnough = always('S155', 'Both paths together carry 88 % of what one can', 'dc-a', 2.2, {
  forbid: [{ event: 'n1_capacity_risk' }, { event: 'bandwidth_high' }],
})

const allLow: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S156',
  title: 'Everything falls to a tenth within a minute, and returns',
  truth: [traffic('dc-a', 0.1, '10:00:30', '10:30:30'), traffic('dc-b', 0.1, '10:01:10', '10:30:30')],
  expect: [
    {
      event: 'traffic_low_everywhere',
      subject: '*',
      sees: 'st',
      // the last one to fall
      source: AMS,
      at: '10:01:10',
      until: '10:30:30',
      samples: 3,
      flat: '5:00',
      level: { was: 5, is: 0.5 },
      severity: 'info',
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'one_way_traffic' }, { event: 'traffic_shift' }],
}

const oneLow: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S157',
  title: 'One site is quiet, the other is not',
  truth: [traffic('dc-a', 0.1, '10:00:30', '10:30:30')],
  forbid: [
    { event: 'traffic_low_everywhere' },
    { event: 'green_but_dead' },
    { event: 'one_way_traffic' },
    { event: 'asymmetric_forwarding' },
    { event: 'traffic_shift' },
  ],
}

export const load: readonly ScenarioData[] = [
  nearlyFull,
  threeQuarters,
  tenMinutes,
  tooMuchForOne,
  tooMuchForOneAms,
  justEnough,
  allLow,
  oneLow,
]
