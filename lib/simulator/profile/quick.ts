/** An Azure without limits whose operations end at once: for demos, screens and tests of anything but polling. */
import type { Profile } from './profile.ts'

export const quick: Profile = {
  name: 'quick',
  seed: '',
  operations: null,
  lock: null,
  arm: null,
  network: null,
  headers: 'none',
}
