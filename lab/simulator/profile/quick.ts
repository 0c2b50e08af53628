/** An Azure without limits whose operations end at once: for demos, screens and tests of anything but polling. */
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Profile } from './profile.ts'

export const quick: Profile = {
  name: 'quick',
  seed: '',
  operations: null,
  lock: null,
  arm: null,
  network: null,
  activity: null,
  statsEveryMs: 0,
  metricsLate: {
    minute: { least: 2 * MINUTE, most: 2 * MINUTE },
    fiveMinutes: { least: 5 * MINUTE, most: 5 * MINUTE },
  },
  graph: null,
  networkVersions: null,
  headers: 'none',
  form: 'recorded',
}
