/** Which of several symptoms is the root, and what is a matter of its own. */
import type { ScenarioData } from '../scenario.ts'
import { s04 } from './locations.ts'

/** Nobody takes rights away by losing a place: that is a second matter. */
const s200: ScenarioData = {
  ...s04,
  id: 'S200',
  title: 'Peering location lost, and the right to read its circuits as well',
  truth: (s04.truth ?? []).map((happening) =>
    happening.op === 'api-fault' ? { ...happening, fault: '403' as const } : happening,
  ),
  expect: [
    ...(s04.expect ?? []),
    {
      event: 'collector_degraded',
      subject: 'subscription',
      sees: 'cs',
      source: 'ckt-ams/primary',
      at: '10:00:30',
      severity: 'major',
    },
  ],
  pages: 2,
}

export const patternsRoots: readonly ScenarioData[] = [s200]
